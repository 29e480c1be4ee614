//! Sets of ids, as small as ids that stand close together allow.

use std::collections::BTreeMap;

/// Bytes of a block: a bit for each of 65,536 neighbouring ids.
const BLOCK: usize = 8192;

/// The ids of the records that are in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenIds(BTreeMap<u16, Vec<u8>>);

impl SeenIds {
    /// Adds an id; answers whether it was not there.
    pub fn insert(&mut self, id: u32) -> bool {
        let [block, bit] = [(id >> 16) as u16, (id & 0xffff) as u16];
        let bits = self.0.entry(block).or_insert_with(|| vec![0; BLOCK]);
        let Some(byte) = bits.get_mut(usize::from(bit / 8)) else { return false };
        let mask = 1 << (bit % 8);
        let is_new = *byte & mask == 0;
        *byte |= mask;
        is_new
    }

    /// The set as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let block = |(number, bits): (&u16, &Vec<u8>)| [&number.to_be_bytes(), bits.as_slice()].concat();
        self.0.iter().flat_map(block).collect()
    }

    /// The set of these bytes; `None` if they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let blocks = bytes.chunks(BLOCK + 2).map(|block| {
            let (number, bits) = block.split_first_chunk()?;
            (bits.len() == BLOCK).then(|| (u16::from_be_bytes(*number), bits.to_vec()))
        });
        blocks.collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Many in one block, and some in four others.
    fn ids() -> impl Strategy<Value = Vec<u32>> {
        let id = prop_oneof![0..300u32, any::<u32>().prop_map(|id| id & 0xc000_ffff)];
        proptest::collection::vec(id, 0..200)
    }

    proptest! {
        #[test]
        fn an_id_is_new_once_also_after_the_set_was_kept(ids in ids(), keep_after in 1..50usize) {
            let (mut seen, mut plain) = (SeenIds::default(), BTreeSet::new());
            for some in ids.chunks(keep_after) {
                for id in some {
                    prop_assert_eq!(seen.insert(*id), plain.insert(*id));
                }
                seen = SeenIds::from_bytes(&seen.to_bytes()).unwrap();
            }
        }
    }

    #[test]
    fn other_bytes_are_no_set() {
        assert_eq!(SeenIds::from_bytes(&[0; BLOCK]), None);
    }
}
