//! The mutations that a source file offers.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use syn::{
    BinOp, Expr, Stmt,
    visit::{self, Visit},
};

/// A change of a part of a source.
#[derive(Clone)]
pub struct Mutation {
    pub file: PathBuf,
    /// In the file as it is without mutations, from 1.
    pub line: usize,
    /// The bytes of the part.
    pub span: Range<usize>,
    pub what: String,
    /// The part with the change asleep; `ID` stands for the mutation's number.
    pub text: String,
}

/// All mutations of the files at these paths.
pub fn find(paths: &[PathBuf]) -> Vec<Mutation> {
    let mut all = Vec::new();
    for file in files(paths) {
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut finder = Finder {
            file: file.clone(),
            source: &source,
            found: Vec::new(),
            off: 0,
        };
        finder.visit_file(&syn::parse_file(&source).unwrap());
        all.extend(finder.found);
    }
    all
}

struct Finder<'a> {
    file: PathBuf,
    source: &'a str,
    found: Vec<Mutation>,
    /// How deep we are in something that is not mutated: constants, patterns.
    off: usize,
}

impl Finder<'_> {
    fn text(&self, of: &impl syn::spanned::Spanned) -> &str {
        &self.source[of.span().byte_range()]
    }

    fn add(&mut self, of: &impl syn::spanned::Spanned, what: String, text: String) {
        let span = of.span();
        if self.off == 0 {
            self.found.push(Mutation {
                file: self.file.clone(),
                line: span.start().line,
                span: span.byte_range(),
                what,
                text,
            });
        }
    }
}

/// Whether an expression binds names (`if let`), which must stay where they are.
fn binds(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

fn other(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::Eq(_) => "!=",
        BinOp::Ne(_) => "==",
        BinOp::Lt(_) => "<=",
        BinOp::Le(_) => "<",
        BinOp::Gt(_) => ">=",
        BinOp::Ge(_) => ">",
        BinOp::And(_) => "||",
        BinOp::Or(_) => "&&",
        BinOp::Add(_) => "-",
        BinOp::Sub(_) => "+",
        BinOp::Mul(_) => "/",
        _ => return None,
    })
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !item.attrs.iter().any(|attr| attr.path().is_ident("cfg")) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_const(&mut self, _: &'a syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'a syn::ItemStatic) {}
    fn visit_pat(&mut self, _: &'a syn::Pat) {}
    fn visit_type(&mut self, _: &'a syn::Type) {}

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        let skipped =
            usize::from(item.sig.constness.is_some() || !item.attrs.iter().all(|attr| !attr.path().is_ident("test")));
        self.off += skipped;
        visit::visit_item_fn(self, item);
        self.off -= skipped;
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let skipped = usize::from(item.sig.constness.is_some());
        self.off += skipped;
        visit::visit_impl_item_fn(self, item);
        self.off -= skipped;
    }

    fn visit_expr_binary(&mut self, expr: &'a syn::ExprBinary) {
        if let Some(other) = other(&expr.op)
            && !binds(&expr.left)
            && !binds(&expr.right)
        {
            let (left, right) = (self.text(&expr.left).to_owned(), self.text(&expr.right).to_owned());
            let op = self.text(&expr.op).to_owned();
            self.add(
                expr,
                format!("{op} -> {other}"),
                format!("(if crate::mutants::is_on(ID) {{ {left} {other} {right} }} else {{ {left} {op} {right} }})"),
            );
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_unary(&mut self, expr: &'a syn::ExprUnary) {
        if matches!(expr.op, syn::UnOp::Not(_)) {
            let inner = self.text(&expr.expr).to_owned();
            self.add(
                expr,
                "! removed".to_owned(),
                format!("(if crate::mutants::is_on(ID) {{ {inner} }} else {{ !{inner} }})"),
            );
        }
        visit::visit_expr_unary(self, expr);
    }

    fn visit_expr_lit(&mut self, expr: &'a syn::ExprLit) {
        if let syn::Lit::Bool(literal) = &expr.lit {
            self.add(
                expr,
                format!("{} -> {}", literal.value, !literal.value),
                format!("({} != crate::mutants::is_on(ID))", literal.value),
            );
        }
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let name = call.method.to_string();
        let receiver = self.text(&call.receiver).to_owned();
        let arguments: Vec<String> = call
            .args
            .iter()
            .map(|argument| self.text(argument).to_owned())
            .collect();
        let arguments = arguments.join(", ");
        let swapped = match name.as_str() {
            "any" => Some("all"),
            "all" => Some("any"),
            "is_some" => Some("is_none"),
            "is_none" => Some("is_some"),
            "first" => Some("last"),
            "last" => Some("first"),
            "starts_with" => Some("ends_with"),
            "ends_with" => Some("starts_with"),
            "is_some_and" => Some("is_none_or"),
            "is_none_or" => Some("is_some_and"),
            _ => None,
        };
        if let Some(swapped) = swapped {
            self.add(
                call,
                format!(".{name} -> .{swapped}"),
                format!(
                    "(if crate::mutants::is_on(ID) {{ {receiver}.{swapped}({arguments}) }} else {{ {receiver}.{name}({arguments}) }})"
                ),
            );
        }
        if ["contains", "is_empty", "contains_key", "eq_ignore_ascii_case"].contains(&name.as_str()) {
            let whole = self.text(call).to_owned();
            self.add(
                call,
                format!(".{name} negated"),
                format!("({whole} != crate::mutants::is_on(ID))"),
            );
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_if(&mut self, expr: &'a syn::ExprIf) {
        if !binds(&expr.cond) {
            let cond = self.text(&expr.cond).to_owned();
            for (what, op) in [("if true", "||"), ("if false", "&& !")] {
                self.add(
                    &expr.cond,
                    what.to_owned(),
                    format!("(({cond}) {op} crate::mutants::is_on(ID))"),
                );
            }
        }
        visit::visit_expr_if(self, expr);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        if let Some((_, guard)) = &arm.guard
            && !binds(guard)
        {
            let text = self.text(guard).to_owned();
            self.add(
                guard,
                "guard true".to_owned(),
                format!("(({text}) || crate::mutants::is_on(ID))"),
            );
        }
        visit::visit_arm(self, arm);
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        // What is done and whose value nobody uses: a call, a `?` on one.
        if let Stmt::Expr(expr, Some(_)) = stmt
            && matches!(expr, Expr::MethodCall(_) | Expr::Call(_))
        {
            let whole = self.text(stmt).to_owned();
            let start: String = whole
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(60)
                .collect();
            self.add(
                stmt,
                format!("removed: {start}"),
                format!("if !crate::mutants::is_on(ID) {{ {whole} }}"),
            );
        }
        visit::visit_stmt(self, stmt);
    }
}

/// The sources at these paths, without tests and what only they use.
pub fn files(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        rust_files(path, &mut files);
    }
    files
}

fn rust_files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in entries {
            // Tests and what only they use.
            if !["tests", "scripted"]
                .iter()
                .any(|name| entry.file_name().is_some_and(|file| file == *name))
            {
                rust_files(&entry, found);
            }
        }
    } else if path.extension().is_some_and(|ending| ending == "rs")
        && !["tests.rs", "sample.rs"].iter().any(|name| path.ends_with(name))
    {
        found.push(path.to_path_buf());
    }
}
