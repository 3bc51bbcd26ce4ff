//! `latchkey keys`

use app::text::time::{ahead, moment};
use domain::{
    audit::Actor,
    clock::Timestamp,
    keys::signing::{KeyState, KeysService, Listed, Rotation},
};
use serde_json::{Value, json};

use super::{
    Failure,
    arguments::{Keys, RotateKeys},
    open_existing, say,
};
use crate::config::Config;

pub(super) async fn keys(config: &Config, command: Keys) -> Result<(), Failure> {
    let core = open_existing(config).await?;
    let keys = &core.services.keys;
    let done = match command {
        Keys::List { json } => list(keys, json).await,
        Keys::Rotate(wish) if wish.compromised => drop_compromised(keys, &wish).await,
        Keys::Rotate(wish) => rotate(keys, core.services.foundation.now(), &wish).await,
    };
    core.database.close().await;
    done
}

async fn list(keys: &KeysService, json: bool) -> Result<(), Failure> {
    let listed = keys.list().await.map_err(Failure::new)?;
    if json {
        let items: Vec<_> = listed.iter().map(describe).collect();
        say(json!({ "items": items }));
    } else if listed.is_empty() {
        say("No key yet: `latchkey serve` makes the first ones.");
    } else {
        for key in &listed {
            say(line(key));
        }
    }
    Ok(())
}

fn describe(key: &Listed) -> Value {
    let row = &key.row;
    json!({
        "kid": row.kid,
        "purpose": row.purpose.as_str(),
        "algorithm": row.algorithm.as_str(),
        "state": key.state.as_str(),
        "created_at": row.created_at.as_micros(),
        "signs_from": row.signs_from.as_micros(),
        "signs_until": row.signs_until.as_micros(),
        "published_until": row.published_until.map(Timestamp::as_micros),
    })
}

fn line(key: &Listed) -> String {
    let row = &key.row;
    let end = row.published_until.map_or_else(String::new, |end| {
        format!("; published until {}", moment(end))
    });
    format!(
        "{}  {}  {}  {}  made {}; signs from {} until {}{end}",
        row.kid,
        row.purpose.as_str(),
        row.algorithm.as_str(),
        key.state.as_str(),
        moment(row.created_at),
        moment(row.signs_from),
        moment(row.signs_until),
    )
}

async fn rotate(keys: &KeysService, now: Timestamp, wish: &RotateKeys) -> Result<(), Failure> {
    let done = keys.rotate(wish.kid.as_deref(), Actor::CommandLine).await;
    let Rotation::Planned(planned) = done.map_err(Failure::new)? else {
        return Err(Failure::new(match &wish.kid {
            Some(kid) => {
                format!("no key that signs has the id {kid}; `latchkey keys list` shows them")
            }
            None => "no key signs yet: `latchkey serve` makes the first ones".to_owned(),
        }));
    };
    if wish.json {
        let items: Vec<_> = planned
            .iter()
            .map(|(kid, from)| json!({ "kid": kid, "signs_from": from.as_micros() }))
            .collect();
        say(json!({ "next": items }));
        return Ok(());
    }
    let listed = keys.list().await.map_err(Failure::new)?;
    for (kid, from) in &planned {
        let when = ahead(now, *from);
        say(format_args!(
            "{kid} is published{} and signs from {} ({when}).",
            what_for(&listed, kid),
            moment(*from)
        ));
    }
    say(
        "Until then the present keys go on signing, so that whoever keeps a copy of the key set learns the new \
         ones in time. What is signed already stays good.",
    );
    Ok(())
}

/// ` for access (EdDSA)`
fn what_for(listed: &[Listed], kid: &str) -> String {
    let found = listed.iter().find(|key| key.row.kid == kid);
    found.map_or_else(String::new, |key| {
        let (purpose, algorithm) = (key.row.purpose.as_str(), key.row.algorithm.as_str());
        format!(" for {purpose} ({algorithm})")
    })
}

async fn drop_compromised(keys: &KeysService, wish: &RotateKeys) -> Result<(), Failure> {
    let done = keys.drop_compromised(wish.kid.as_deref(), Actor::CommandLine);
    let Rotation::Dropped(dropped) = done.await.map_err(Failure::new)? else {
        return Err(Failure::new(match &wish.kid {
            Some(kid) => format!("no key has the id {kid}; `latchkey keys list` shows them"),
            None => "no key signs yet: there is nothing to drop".to_owned(),
        }));
    };
    let listed = keys.list().await.map_err(Failure::new)?;
    let signing: Vec<_> = listed
        .iter()
        .filter(|key| key.state == KeyState::Signing)
        .map(|key| key.row.kid.as_str())
        .collect();
    if wish.json {
        say(json!({ "dropped": dropped, "signing": signing }));
        return Ok(());
    }
    for kid in &dropped {
        say(format_args!("{kid} is dropped."));
    }
    say(format_args!("These sign now: {}.", signing.join(", ")));
    say(
        "Nothing that a dropped key signed is accepted any more: the tokens that people made for themselves \
         with it are gone, and they have to make new ones. Running servers know within two seconds; an API \
         that keeps a copy of the key set knows when it fetches the next one.",
    );
    Ok(())
}
