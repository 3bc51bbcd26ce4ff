//! Memory that only the start needed (`docs/decisions/0020-giving-start-code-back.md`).

use std::time::Duration;

/// How long after the start it is over for good.
const OVER: Duration = Duration::from_secs(1);

/// Waits until the start is over, then gives the program's code back to the system. What is still
/// needed comes back from the file by itself, page by page.
pub(crate) async fn give_start_back() {
    tokio::time::sleep(OVER).await;
    match code::give_back() {
        Ok(bytes) => tracing::debug!(bytes, "gave back the code that only the start needed"),
        // Locked into memory, perhaps: then that is how somebody wants it.
        Err(error) => tracing::debug!(%error, "the code of the start stays in memory"),
    }
}

#[cfg(target_os = "linux")]
mod code {
    use std::{fs, io, ops::Range};

    use rustix::mm::{Advice, madvise};

    /// Gives back every mapping that holds code or constants as they are in a file, and says how
    /// many bytes these span.
    pub(super) fn give_back() -> io::Result<usize> {
        let maps = fs::read_to_string("/proc/self/maps")?;
        let mut bytes = 0;
        for range in maps.lines().filter_map(as_in_file) {
            give(&range)?;
            bytes += range.len();
        }
        Ok(bytes)
    }

    #[expect(unsafe_code, reason = "madvise takes an address")]
    fn give(range: &Range<usize>) -> io::Result<()> {
        let start = std::ptr::with_exposed_provenance_mut(range.start);
        // SAFETY: the range is a mapping of ours that was never written to and can't be written to,
        // private to us, of a file that running keeps from changing. After MADV_DONTNEED such pages
        // read from that file again: nobody can tell the difference but by the time it takes.
        unsafe { madvise(start, range.len(), Advice::LinuxDontNeed) }?;
        Ok(())
    }

    /// The addresses of a line of `/proc/self/maps`, if what stands there is what stands in a file:
    /// code, or what comes before it in its file. What the loader wrote to comes after it.
    fn as_in_file(line: &str) -> Option<Range<usize>> {
        let mut words = line.split_ascii_whitespace();
        let (range, permissions, offset) = (words.next()?, words.next()?, words.next()?);
        let (_device, _inode, path) = (words.next()?, words.next()?, words.next()?);
        let read_only = match permissions {
            "r-xp" => true,
            "r--p" => offset.bytes().all(|digit| digit == b'0'),
            _ => false,
        };
        let (start, end) = range.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).ok();
        (read_only && path.starts_with('/')).then_some(address(start)?..address(end)?)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_what_is_as_in_its_file_is_given_back() {
            let file = |permissions, offset| {
                format!(
                    "55d0c0000000-55d0c0002000 {permissions} {offset} fe:00 1234   /opt/latchkey"
                )
            };
            let all = Some(0x55d0_c000_0000..0x55d0_c000_2000);
            assert_eq!(as_in_file(&file("r-xp", "00490000")), all);
            assert_eq!(as_in_file(&file("r--p", "00000000")), all);
            // Relocated by the loader, writable, shared.
            for (permissions, offset) in [
                ("r--p", "01190000"),
                ("rw-p", "01190000"),
                ("rwxp", "00000000"),
                ("r-xs", "00000000"),
                ("---p", "00000000"),
            ] {
                assert_eq!(
                    as_in_file(&file(permissions, offset)),
                    None,
                    "{permissions} {offset}"
                );
            }
            for line in [
                "7ffc1000-7ffc2000 r-xp 00000000 00:00 0          [vdso]",
                "7ffc1000-7ffc2000 r-xp 00000000 00:00 0",
                "7ffc1000-zz r-xp 00000000 fe:00 7 /bin/true",
                "",
            ] {
                assert_eq!(as_in_file(line), None, "{line}");
            }
        }

        #[test]
        fn the_program_goes_on_as_before() {
            let before = crate::machine::SystemClock;
            assert!(give_back().unwrap() > 0);
            assert!(domain::clock::Clock::now(&before).as_micros() > 0);
            assert!(give_back().unwrap() > 0);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod code {
    /// Nothing is known of other systems.
    pub(super) fn give_back() -> std::io::Result<usize> {
        Ok(0)
    }
}
