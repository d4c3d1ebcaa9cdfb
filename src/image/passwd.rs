//! `/etc/passwd` (passwd(5)).

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Login name.
    pub name: String,
    /// Numeric id.
    pub uid: u32,
    /// Numeric id of the group.
    pub gid: u32,
    /// Home folder.
    pub home: String,
}

/// The users of a passwd file; lines that are none are passed over.
pub fn users(text: &str) -> Vec<User> {
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next().filter(|name| !name.is_empty())?.to_owned();
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            let home = fields.nth(1)?.to_owned();
            Some(User { name, uid, gid, home })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read() {
        let found = users("root:x:0:0:root:/root:/bin/bash\nbroken\nrunner:x:10000:10001::/home/runner:/bin/bash\n");
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[1].uid, found[1].gid, found[1].home.as_str()),
            (10000, 10001, "/home/runner")
        );
    }
}
