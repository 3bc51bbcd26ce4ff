//! Seeded chance: the same on every run.

/// xorshift64*
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`, which isn't 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("64 bits");
        usize::try_from(self.next() % end).expect("below a usize")
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    /// Changes `text` in one to four places: bytes flipped, dropped, doubled, put in or cut off.
    pub(crate) fn mutate(&mut self, text: &[u8]) -> Vec<u8> {
        const BITS: [&[u8]; 12] = [
            b"%00",
            b"%ff",
            b"%",
            b"&",
            b"=",
            b"+",
            b"%0d%0a",
            b"\xc3\x28",
            b"[]",
            b"%u0041",
            b"\xed\xa0\x80",
            b";",
        ];
        let mut bytes = text.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 if at < bytes.len() => bytes[at] = self.byte(),
                1 if at < bytes.len() => {
                    bytes.remove(at);
                }
                2 => bytes.truncate(at),
                3 => {
                    let tail = bytes[at..].to_vec();
                    bytes.extend_from_slice(&tail);
                }
                4 => bytes.insert(at, self.byte()),
                _ => {
                    let bit = BITS[self.below(BITS.len())];
                    bytes.splice(at..at, bit.iter().copied());
                }
            }
        }
        bytes
    }
}
