//! Small images, with the bytes that are truly hidden in them and what dive 0.13.1's binary says of them.

use crate::image::{
    Analysis, Mapped, View,
    stack::Stack,
    tests::maker::{docker_archive, entries, oci_archive, read_all_ways},
};

/// An image and what must be said of it.
struct Case {
    name: &'static str,
    /// Layers as [`entries`] reads them.
    layers: &'static str,
    bytes: u64,
    hidden: u64,
    dive_wasted: u64,
    dive_score: f64,
    dive_files: &'static [(&'static str, u64, u64)],
}

const CASES: &[Case] = &[
    Case {
        name: "A_same_file_twice",
        layers: "a/ a/f:1000 | a/ a/f:1000",
        bytes: 2_000,
        hidden: 1_000,
        dive_wasted: 2_000,
        dive_score: 0.5,
        dive_files: &[("/a/f", 2, 2000)],
    },
    Case {
        name: "B_grow_file",
        layers: "f:1000 | f:5000",
        bytes: 6_000,
        hidden: 1_000,
        dive_wasted: 6_000,
        dive_score: 0.166_666_666_666_666_66,
        dive_files: &[("/f", 2, 6000)],
    },
    Case {
        name: "C_delete_file",
        layers: "f:1000 g:500 | !f",
        bytes: 1_500,
        hidden: 1_000,
        dive_wasted: 1_000,
        dive_score: 0.333_333_333_333_333_3,
        dive_files: &[("/f", 2, 1000)],
    },
    Case {
        name: "D_delete_dir",
        layers: "d/ d/a:600 d/b:400 k:1000 | !d",
        bytes: 2_000,
        hidden: 1_000,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "E_delete_and_readd",
        layers: "f:1000 | !f | f:1000",
        bytes: 2_000,
        hidden: 1_000,
        dive_wasted: 2_000,
        dive_score: 0.0,
        dive_files: &[("/f", 3, 2000)],
    },
    Case {
        name: "F_chmod_only",
        layers: "f:1000 | f:1000@755",
        bytes: 2_000,
        hidden: 1_000,
        dive_wasted: 2_000,
        dive_score: 0.5,
        dive_files: &[("/f", 2, 2000)],
    },
    Case {
        name: "G_symlink_hardlink_emptydir",
        layers: "f:1000 h=>f s->f e/ | h=>f s->f e/",
        bytes: 1_000,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[("/s", 2, 0), ("/h", 2, 0), ("/e", 2, 0)],
    },
    Case {
        name: "H_opaque",
        layers: "d/ d/a:600 k:1000 | d/ d/** d/b:100",
        bytes: 1_700,
        hidden: 600,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "I_whiteout_missing",
        layers: "k:1000 | !aaa k:2000",
        bytes: 3_000,
        hidden: 1_000,
        dive_wasted: 0,
        dive_score: 0.999,
        dive_files: &[],
    },
    Case {
        name: "J_whiteout_missing_last",
        layers: "k:1000 | k:2000 !zzz",
        bytes: 3_000,
        hidden: 1_000,
        dive_wasted: 0,
        dive_score: 0.999,
        dive_files: &[],
    },
    Case {
        name: "K_dir_leaf_then_deleted",
        layers: "d/ d/a:600 k:1000 | d/ | !d",
        bytes: 1_600,
        hidden: 600,
        dive_wasted: 600,
        dive_score: 0.727_272_727_272_727_3,
        dive_files: &[("/d", 2, 600)],
    },
    Case {
        name: "L_same_content_other_path",
        layers: "a:1000 | b:1000",
        bytes: 2_000,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "M_move",
        layers: "a:1000 | !a b:1000",
        bytes: 2_000,
        hidden: 1_000,
        dive_wasted: 1_000,
        dive_score: 0.5,
        dive_files: &[("/a", 2, 1000)],
    },
    Case {
        name: "N_testcase",
        layers: "etc/ etc/nginx/ etc/nginx/nginx.conf:2000 etc/nginx/public:3000 | etc/ etc/nginx/ etc/nginx/nginx.conf:5000 etc/athing:10000 | etc/ !etc/nginx",
        bytes: 20_000,
        hidden: 10_000,
        dive_wasted: 7_000,
        dive_score: 0.821_428_571_428_571_4,
        dive_files: &[("/etc/nginx/nginx.conf", 2, 7000)],
    },
    Case {
        name: "O_delete_added_and_deleted_in_mid",
        layers: "k:1000 | d/ d/x:4000 | d/ !d/x | !d",
        bytes: 5_000,
        hidden: 4_000,
        dive_wasted: 4_000,
        dive_score: 0.2,
        dive_files: &[("/d/x", 2, 4000)],
    },
    Case {
        name: "P_three_copies",
        layers: "f:300 | f:200 | f:100",
        bytes: 600,
        hidden: 500,
        dive_wasted: 600,
        dive_score: 0.166_666_666_666_666_66,
        dive_files: &[("/f", 3, 600)],
    },
    Case {
        name: "Q_all_empty",
        layers: "f:0 | f:0",
        bytes: 0,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[("/f", 2, 0)],
    },
    Case {
        name: "R_single_layer",
        layers: "f:123",
        bytes: 123,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "S_file_to_dir",
        layers: "x:700 | x/ x/y:50",
        bytes: 750,
        hidden: 700,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "T_dup_entry_one_layer",
        layers: "f:100 f:300",
        bytes: 400,
        hidden: 100,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "U_dot_prefix",
        layers: "./a/ ./a/f:10 | a/f:10",
        bytes: 20,
        hidden: 10,
        dive_wasted: 20,
        dive_score: 0.5,
        dive_files: &[("/a/f", 2, 20)],
    },
    Case {
        name: "V_whiteout_in_base",
        layers: "k:100 !q z:100",
        bytes: 200,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "W_hard_link_outlives_the_first_name",
        layers: "f:1000 h=>f | !f",
        bytes: 1_000,
        hidden: 0,
        dive_wasted: 1_000,
        dive_score: 0.0,
        dive_files: &[("/f", 2, 1000)],
    },
    Case {
        name: "X_hard_link_to_a_lower_layer",
        layers: "f:1000 | h=>f",
        bytes: 1_000,
        hidden: 0,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "Y_hard_link_to_a_lower_layer_removed_name_by_name",
        layers: "f:1000 | h=>f | !f | !h",
        bytes: 1_000,
        hidden: 1_000,
        dive_wasted: 1_000,
        dive_score: 0.0,
        dive_files: &[("/f", 2, 1000), ("/h", 2, 0)],
    },
    // `RUN ln m a && ln m z`, `RUN rm m`, `RUN chmod 600 z` as overlay2 stores them: the first two copy, the last breaks.
    Case {
        name: "Z_hard_links_as_overlay2_stores_them",
        layers: "m:1000 | a:1000 m=>a z=>a | !m | z:1000@600",
        bytes: 3_000,
        hidden: 1_000,
        dive_wasted: 2_000,
        dive_score: 0.333_333_333_333_333_3,
        dive_files: &[("/z", 2, 1000), ("/m", 3, 1000)],
    },
    Case {
        name: "ZA_all_names_removed_at_once",
        layers: "l/ l/f:1000 l/h=>l/f | !l",
        bytes: 1_000,
        hidden: 1_000,
        dive_wasted: 0,
        dive_score: 1.0,
        dive_files: &[],
    },
    Case {
        name: "ZB_first_name_replaced",
        layers: "f:1000 h=>f | f:300",
        bytes: 1_300,
        hidden: 0,
        dive_wasted: 1_300,
        dive_score: 0.230_769_230_769_230_78,
        dive_files: &[("/f", 2, 1300)],
    },
];

#[test]
fn hidden_bytes_and_dives_own_figures_are_right() {
    assert_eq!(CASES.len(), 28);
    for case in CASES {
        let layers: Vec<_> = case.layers.split(" | ").map(entries).collect();
        for image in read_all_ways(&docker_archive(&layers)).chain(read_all_ways(&oci_archive(&layers, "gzip"))) {
            let found = Analysis::of(&image);
            assert_eq!(found.stored, case.bytes, "{}", case.name);
            assert_eq!(found.hidden, case.hidden, "{}", case.name);
            let like = &found.like_dive;
            assert_eq!(like.bytes, case.bytes, "{}", case.name);
            assert_eq!(like.wasted_bytes, case.dive_wasted, "{}", case.name);
            assert_eq!(like.efficiency().to_bits(), case.dive_score.to_bits(), "{}", case.name);
            let mut files: Vec<_> = like
                .files
                .iter()
                .map(|file| (file.file.as_str(), file.count, file.bytes))
                .collect();
            let mut wanted = case.dive_files.to_vec();
            files.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(files, wanted, "{}", case.name);
            // Hidden files belong to some group of waste, and to some layer.
            let grouped: u64 = found
                .waste
                .iter()
                .filter(|waste| waste.hidden.is_some())
                .map(|waste| waste.bytes)
                .sum();
            assert_eq!(grouped, found.hidden, "{}", case.name);
            let by_layer: u64 = found.layers.iter().map(|layer| layer.hidden).sum();
            assert_eq!(by_layer, found.hidden, "{}", case.name);
        }
    }
}

/// Stored bytes less the visible ones, each file with several names counted once: in the folders, in the map of the page
/// and on the screen.
#[test]
fn what_is_hidden_is_what_is_not_in_the_merged_tree() {
    for case in CASES {
        let layers: Vec<_> = case.layers.split(" | ").map(entries).collect();
        for image in read_all_ways(&docker_archive(&layers)) {
            let stack = Stack::of(&image.layers);
            let visible: u64 = stack.files().iter().map(|(_, place)| stack.entry(*place).size).sum();
            assert_eq!(case.bytes - visible, case.hidden, "{}", case.name);
            assert_eq!(Mapped::of(&image.layers, 100).bytes, visible, "{}", case.name);
            let last = image.layers.len() - 1;
            assert_eq!(View::of(&image.layers, last).nodes[0].bytes, visible, "{}", case.name);
        }
    }
}
