//! Writes down what happened to throws.

use crate::fault::{Happened, News};
use crate::record::{Observation, Recorder, What};

/// Notes all of it.
pub fn note_news(recorder: &Recorder, news: &[News]) {
    for one in news {
        recorder.note(|| observation(one));
    }
}

fn observation(news: &News) -> Observation {
    let (id, fault) = (news.id.clone(), news.fault.to_owned());
    match &news.what {
        Happened::Thrown { at, params, scope, lasts, heads, struck } => Observation {
            at: at.millis(),
            ..Observation::by_server(What::Thrown {
                id,
                fault,
                params: params.clone(),
                scope: scope.clone(),
                lasts: lasts.clone(),
                heads: heads.clone(),
                struck: *struck,
            })
        },
        Happened::Struck { what, whose } => Observation {
            lane: whose.lane.as_deref().map(str::to_owned),
            transport: whose.transport.map(str::to_owned),
            conn: Some(whose.connection.to_string()),
            ..Observation::by_server(What::Struck { id, fault, what: (*what).to_owned(), origin: None })
        },
        Happened::Closed(origin) => Observation::by_server(What::Struck {
            id,
            fault,
            what: "closed".to_owned(),
            origin: Some(*origin),
        }),
        Happened::Cleared(why) => {
            Observation::by_server(What::Cleared { id, fault, why: why.name().to_owned() })
        }
        Happened::Caveat { name, values } => {
            let own = [("id", id), ("fault", fault)].map(|(name, value)| (name.to_owned(), value.into()));
            let values = own.into_iter().chain(values.clone()).collect();
            Observation::by_server(What::Caveat { caveat: (*name).to_owned(), values: Some(values) })
        }
    }
}
