//! Room for those who follow events.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The most streams at once: each holds a connection.
const MOST: usize = 1000;
/// The most of one network: the APIs of one operator follow from behind one address, and nobody may
/// take every place.
const MOST_OF_NETWORK: usize = 100;

/// The streams that are open, by the network that they go to.
#[derive(Clone, Default)]
pub(in crate::http) struct Places(Arc<Mutex<HashMap<Vec<u8>, usize>>>);

/// A place that is taken until this is dropped.
pub(in crate::http) struct Place {
    places: Places,
    network: Vec<u8>,
}

impl Places {
    /// A place for somebody of `network`, while there is one.
    pub(in crate::http) fn take(&self, network: Vec<u8>) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let of_network = open.get(&network).copied().unwrap_or(0);
        if all >= MOST || of_network >= MOST_OF_NETWORK {
            return None;
        }
        open.insert(network.clone(), of_network + 1);
        Some(Place {
            places: self.clone(),
            network,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(streams) = open.get_mut(&self.network) {
            *streams -= 1;
            if *streams == 0 {
                open.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: usize) -> Vec<u8> {
        number.to_be_bytes().to_vec()
    }

    #[test]
    fn one_network_cannot_take_every_place() {
        let places = Places::default();
        let mut taken: Vec<_> = std::iter::from_fn(|| places.take(network(1))).collect();
        assert_eq!(taken.len(), MOST_OF_NETWORK);
        assert!(places.take(network(2)).is_some());
        taken.pop();
        assert!(places.take(network(1)).is_some());
    }

    #[test]
    fn all_together_have_a_bound_and_who_leaves_makes_room() {
        let places = Places::default();
        let taken: Vec<_> = (0..MOST).filter_map(|n| places.take(network(n))).collect();
        assert_eq!(taken.len(), MOST);
        assert!(places.take(network(MOST)).is_none());
        drop(taken);
        assert!(places.0.lock().unwrap().is_empty(), "nothing is kept");
    }
}
