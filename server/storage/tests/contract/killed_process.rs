//! A process that is killed in the middle of its work has kept what it acknowledged.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use domain::store::{StorageError, Store};
use storage::{Database, DatabaseUrl, testing};

use crate::support::{
    on_both,
    samples::{at, below, mail},
};

/// Names the database to the process that will be killed.
const TARGET: &str = "LATCHKEY_TEST_WRITES_UNTIL_KILLED";
const WRITERS: usize = 6;

/// Keeps mails for ever and says so for each, once it is acknowledged.
async fn write_until_killed(store: Arc<Database>) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("{writer}-{number}");
                    let mut work = store.begin().await?;
                    work.insert_mail(&mail(&format!("{id} one"), at(0))).await?;
                    work.insert_mail(&mail(&format!("{id} two"), at(0))).await?;
                    work.commit().await?;
                    let mut out = std::io::stdout().lock();
                    if writeln!(out, "kept {id}")
                        .and_then(|()| out.flush())
                        .is_err()
                    {
                        break;
                    }
                }
                Ok::<_, StorageError>(())
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("nobody panics").expect("kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    // Does nothing unless a test below starts it.
    if let Ok(target) = env::var(TARGET) {
        let url: DatabaseUrl = target.parse().expect("a URL");
        write_until_killed(Arc::new(testing::open(&url).await)).await;
    }
}

on_both! {
    async fn what_a_killed_process_acknowledged_is_there(db: &TestDatabase) {
        let target = match db.url() {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        for _ in 0..4 {
            db.raw().await.run("DELETE FROM mail_queue").await;
            let mut child = Command::new(env::current_exe().expect("this test's file"))
                .args(["--exact", "killed_process::child", "--nocapture"])
                .env(TARGET, &target)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("a process starts");
            let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
            let mut kept: Vec<String> = Vec::new();
            let mut note = |line: Option<std::io::Result<String>>| {
                let line = line?.ok()?;
                kept.extend(line.strip_prefix("kept ").map(str::to_owned));
                Some(kept.len())
            };
            // Other output of the harness comes before the first line.
            while note(lines.next()).expect("it goes on until it is killed") < 20 {}
            tokio::time::sleep(Duration::from_micros(below(30_000))).await;
            child.kill().expect("it is killed");
            child.wait().expect("it is gone");
            while note(lines.next()).is_some() {}

            // Whatever the killed process held is given back.
            let later = db.open_again().await;
            let mut work = later.begin().await.expect("a unit opens");
            work.insert_mail(&mail("later", at(0))).await.expect("written");
            work.commit().await.expect("kept");
            for id in kept {
                let one = db.look(async |work| work.find_mail(&format!("{id} one")).await).await;
                assert!(one.is_some(), "{id} was acknowledged and isn't there");
            }
            let mut raw = db.raw().await;
            let halves = (
                raw.count("mail_queue WHERE id LIKE '% one'").await,
                raw.count("mail_queue WHERE id LIKE '% two'").await,
            );
            assert_eq!(halves.0, halves.1, "half a unit was kept");
            later.close().await;
        }
    }
}
