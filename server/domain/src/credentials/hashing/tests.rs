mod engines;
mod faults;
mod phc;
mod pool;
mod support;

use super::{Argon2Params, EngineChoice, ParamsError, UnknownEngine};
use support::params;

#[test]
fn the_default_cost_is_the_documented_one() {
    let expected = params(19_456, 2, 1);
    assert_eq!(Argon2Params::default(), expected);
    assert_eq!(expected.validate(), Ok(()));
}

#[test]
fn costs_out_of_bounds_are_refused() {
    let cases = [
        (params(7, 1, 1), ParamsError::Memory),
        (params(15, 1, 2), ParamsError::Memory),
        (params(1_048_577, 1, 1), ParamsError::Memory),
        (params(u32::MAX, 1, 1), ParamsError::Memory),
        (params(64, 0, 1), ParamsError::Iterations),
        (params(64, 65, 1), ParamsError::Iterations),
        (params(64, 1, 0), ParamsError::Parallelism),
        (params(1_024, 1, 17), ParamsError::Parallelism),
        (params(64, 1, u32::MAX), ParamsError::Parallelism),
        (params(1_048_576, 5, 1), ParamsError::Work),
        (params(65_537, 64, 1), ParamsError::Work),
    ];
    for (cost, error) in cases {
        assert_eq!(cost.validate(), Err(error), "{cost:?}");
    }
    for cost in [
        params(8, 1, 1),
        params(1_048_576, 4, 16),
        params(65_536, 64, 1),
    ] {
        assert_eq!(cost.validate(), Ok(()), "{cost:?}");
    }
}

#[test]
fn engine_words_are_those_of_the_configuration() {
    for word in ["auto", "argon2", "argon2-rust"] {
        assert_eq!(word.parse::<EngineChoice>().unwrap().to_string(), word);
    }
    assert_eq!(EngineChoice::default(), EngineChoice::Auto);
    let error: UnknownEngine = "fast".parse::<EngineChoice>().unwrap_err();
    assert!(error.to_string().contains("`fast`"));
}
