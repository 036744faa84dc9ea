//! A file that is written to while it is imported.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use onrecord_workbench::{CaseFolder, ImportOptions, ImportReport, Progress, Workbench, import};

/// Imports a file; `meanwhile` happens when the walk has noted it and no reader has opened it.
fn add(case: &CaseFolder, file: &Path, mut meanwhile: impl FnMut()) -> ImportReport {
    let options = ImportOptions {
        paths: vec![file.to_path_buf()],
        workers: 1,
        ..ImportOptions::default()
    };
    let mut watch = |progress: &Progress| {
        let reads = progress
            .stages
            .last()
            .filter(|stage| stage.name == "extract");
        if reads.is_some_and(|stage| stage.done == 0) {
            meanwhile();
        }
    };
    import(case, &options, &AtomicBool::new(false), &mut watch).expect("an import")
}

fn problems(case: &CaseFolder) -> Vec<String> {
    let mut codes = Vec::new();
    Workbench::open(case)
        .and_then(|case| {
            case.problems(None, &mut |problem| {
                codes.push(problem.line.code.to_string());
                true
            })
        })
        .expect("a list of problems");
    codes
}

#[test]
fn a_file_that_changes_while_it_is_read_is_a_problem_and_is_read_again_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("growing.txt");
    std::fs::write(&file, "the first line, about the harbor\n").expect("a file");
    let case = CaseFolder::new(folder.path().join("a.case"));
    let whole = "the first line, about the harbor\nand a second, about the ferry\n";
    let report = add(&case, &file, || {
        std::fs::write(&file, whole).expect("a longer file")
    });
    assert_eq!((report.new_files, report.problems), (1, 1));
    assert_eq!(problems(&case), ["changed-while-read"]);

    let again = add(&case, &file, || {});
    assert_eq!(
        (again.new_files, again.unchanged),
        (1, 0),
        "it is read again"
    );
    assert_eq!(problems(&case), [""; 0], "and then it is whole");
    let third = add(&case, &file, || {});
    assert_eq!((third.new_files, third.unchanged), (0, 1));
}

#[test]
fn a_file_that_goes_away_before_it_is_read_is_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fleeting.txt");
    std::fs::write(&file, "about the harbor\n").expect("a file");
    let case = CaseFolder::new(folder.path().join("a.case"));
    let report = add(&case, &file, || drop(std::fs::remove_file(&file)));
    assert_eq!((report.new_files, report.documents), (1, 0));
    let codes = problems(&case);
    assert!(!codes.is_empty(), "it is told: {codes:?}");
}
