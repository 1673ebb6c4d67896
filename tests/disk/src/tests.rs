//! The disk itself: it is one, it fails when asked, and it forgets what was not synced.

use std::{fs, io::Write as _};

use crate::{Chance, Disk, Failure, Fault, Replay};

/// A disk, or `None` with a word about it where none can be mounted.
fn disk() -> Option<Disk> {
    crate::need("a disk that can be mounted", Disk::mount())
}

#[test]
fn it_is_a_file_system_like_any_other() {
    let Some(disk) = disk() else { return };
    let top = disk.path();
    fs::create_dir_all(top.join("a/b")).unwrap();
    let long: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    fs::write(top.join("a/b/long"), &long).unwrap();
    fs::rename(top.join("a/b/long"), top.join("a/longer")).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(top.join("a/longer")).unwrap();
    file.write_all(b"end").unwrap();
    let mut expected = long;
    expected.extend(b"end");
    assert_eq!(fs::read(top.join("a/longer")).unwrap(), expected);
    file.set_len(5_000).unwrap();
    file.set_len(6_000).unwrap();
    expected.truncate(5_000);
    expected.resize(6_000, 0);
    assert_eq!(fs::read(top.join("a/longer")).unwrap(), expected);
    for number in 0..300 {
        fs::write(top.join(format!("a/b/{number}")), b"x").unwrap();
    }
    assert_eq!(fs::read_dir(top.join("a/b")).unwrap().count(), 300);
    fs::remove_dir_all(top.join("a")).unwrap();
    assert_eq!(fs::read_dir(&top).unwrap().count(), 0);
}

#[test]
fn it_fails_when_asked_and_works_again() {
    let Some(disk) = disk() else { return };
    let path = disk.path().join("file");
    for lasting in [false, true] {
        disk.fail(Fault { at: 2, failure: Failure::Full, lasting });
        let error = fs::write(&path, b"some").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
        assert_eq!(fs::write(disk.path().join("other"), b"some").is_err(), lasting);
        assert!(disk.heal() >= 2);
        fs::write(&path, b"some").unwrap();
        fs::remove_file(&path).unwrap();
    }
    disk.fail(Fault { at: 1, failure: Failure::Broken, lasting: true });
    assert_eq!(fs::File::create(&path).unwrap_err().raw_os_error(), Some(5));
}

#[test]
fn a_cut_keeps_what_was_synced_and_may_lose_or_tear_the_rest() {
    let Some(disk) = disk() else { return };
    let top = disk.path();
    let mut file = fs::File::create(top.join("file")).unwrap();
    file.write_all(&[1; 4_096]).unwrap();
    file.sync_all().unwrap();
    fs::File::open(&top).unwrap().sync_all().unwrap();
    disk.mark(1);
    file.write_all(&[2; 8_192]).unwrap();
    fs::File::create(top.join("new")).unwrap();
    disk.mark(2);
    let trace = disk.take_trace();

    let mut replay = Replay::new(&trace);
    let mut chance = Chance::new(1);
    replay.go_to(trace.after_mark(1).unwrap());
    assert!(!replay.has_unsynced());
    replay.go_to(trace.len());
    assert_eq!(replay.marked(), Some(2));
    assert!(replay.has_unsynced());
    let (mut whole, mut lost, mut torn, mut new) = (0, 0, 0, 0);
    for _ in 0..1_000 {
        let folder = tempfile::tempdir_in(crate::quick_folder()).unwrap();
        replay.cut(&mut chance).save(folder.path()).unwrap();
        let bytes = fs::read(folder.path().join("file")).unwrap();
        assert_eq!(bytes[..4_096], [1; 4_096]);
        let arrived = bytes[4_096..].iter().filter(|byte| **byte == 2).count();
        assert!(arrived.is_multiple_of(512));
        match arrived {
            0 => lost += 1,
            8_192 => whole += 1,
            _ => torn += 1,
        }
        new += usize::from(folder.path().join("new").exists());
    }
    for count in [whole, lost, torn, new] {
        assert!((100..900).contains(&count), "{whole} whole, {lost} lost, {torn} torn, {new} new");
    }
}
