//! `/api/class` (docs/reference/api.md, "A class").

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::asked::{Join, MakesBet, Moves, Tells, members, read, refused, room, stranger, teachers};
use super::{Room, Who, events, qr, secret};
use crate::class::{Lesson, Round, Why};
use crate::feed::JobRequest;
use crate::pace;
use crate::server::api::{Answer, Body, answer, malformed, not_made, resource};
use crate::server::state::State;
use crate::transport::Refusal;

/// The largest body of a learner.
const SMALL: usize = 4 << 10;

/// The routes.
pub(in crate::server) fn routes(config: &mut web::ServiceConfig) {
    let small = || web::PayloadConfig::new(SMALL);
    config
        .service(resource("/api/class", web::get().to(class), "GET"))
        .service(resource("/api/class/events", web::get().to(stream), "GET"))
        .service(resource("/api/class/open", web::post().to(open), "POST"))
        .service(resource("/api/class/move", web::post().to(moves), "POST"))
        .service(resource("/api/class/join", web::post().to(join), "POST").app_data(small()))
        .service(resource("/api/class/bet", web::post().to(bet), "POST").app_data(small()))
        .service(resource("/api/class/tell", web::post().to(tell), "POST").app_data(small()))
        .service(resource("/api/class/members/{member}", web::delete().to(remove), "DELETE"))
        .service(resource("/api/class/{code}/qr.svg", web::get().to(code), "GET"));
}

async fn class(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(teachers(&request, &state).map(whole_class))
}

fn whole_class(room: &Room) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("application/json")
        .body(room.wall_text().to_string())
}

async fn stream(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let who = match room(&state) {
        Ok(room) => room.who(request.headers()),
        Err(refusal) => return refusal.response(),
    };
    if who == Who::Nobody {
        let fix = "join the class: POST /api/class/join";
        return stranger("the secret that joining gave, or the teacher's key", fix).response();
    }
    events::stream(state, who)
}

async fn open(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let opened = || -> Answer {
        let room = teachers(&request, &state)?;
        let wanted = r#"a lesson {"lesson":NAME,"title":TEXT,"question":TEXT,"bets":[BET,…]}"#;
        let lesson: Lesson = read(&request, body, wanted)?;
        let old = room.change(|class| class.open(lesson)).map_err(refused)?;
        forget(&state, old);
        Ok(whole_class(room))
    };
    answer(opened())
}

async fn moves(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    answer(moved(&request, &state, body))
}

fn moved(request: &HttpRequest, state: &State, body: Body) -> Answer {
    let room = teachers(request, state)?;
    let wanted = r#"a move such as {"to":"bet"} or {"to":"run","count":240,"interval":"500ms","ws":"bare"}"#;
    let moves: Moves = read(request, body, wanted)?;
    let begins = room.begins_run(moves.to).map_err(refused)?;
    let round = if begins { Some(made(room, state, &moves)?) } else { None };
    let old = room.change(|class| class.move_to(moves.to, round)).map_err(refused)?;
    forget(state, old);
    Ok(whole_class(room))
}

/// The job that the class's lanes will read.
fn made(room: &Room, state: &State, moves: &Moves) -> Result<Round, Refusal> {
    let request = json!({
        "source": "synthetic", "job": room.next_job(), "count": moves.count, "interval": moves.interval,
    });
    let request: JobRequest = serde_json::from_value(request)
        .map_err(|error| malformed("body", "a count and an interval", error.to_string()))?;
    let job = state.context.jobs.create(request).map_err(|error| not_made(&error))?;
    // The last one says that it is done.
    Ok(Round { job: job.name().to_owned(), ws: moves.ws, events: moves.count.saturating_add(1) })
}

fn forget(state: &State, job: Option<String>) {
    if let Some(job) = job {
        // It may have made room for another already.
        let _ = state.context.jobs.remove(&job);
    }
}

async fn join(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let joined = || -> Answer {
        let room = room(&state)?;
        let Join { code, name } = read(&request, body, r#"{"code":"ACEFGH","name":"Ada"}"#)?;
        let secret = secret().map_err(|error| {
            let found = error.to_string();
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "server", "random bytes", found, "try again")
        })?;
        let number = room.change(|class| class.join(&code, &name, secret.clone())).map_err(refused)?;
        Ok(HttpResponse::Created()
            .insert_header(("Cache-Control", "no-store"))
            .json(json!({ "member": number, "secret": secret })))
    };
    answer(joined())
}

async fn bet(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let bet = || -> Answer {
        let (room, number) = members(&request, &state)?;
        let MakesBet { bet, answer } = read(&request, body, r#"{"bet":"sse","answer":"all"}"#)?;
        room.change(|class| class.bet(number, &bet, &answer)).map_err(refused)?;
        Ok(HttpResponse::NoContent().finish())
    };
    answer(bet())
}

async fn tell(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let told = || -> Result<_, Refusal> {
        let (room, number) = members(&request, &state)?;
        let Tells { job, lanes } = read(&request, body, r#"{"job":"class-1","lanes":[LANE,…]}"#)?;
        Ok(room.change(|class| class.tell(number, &job, lanes, pace::now())))
    };
    match told() {
        Ok(Ok(())) => HttpResponse::NoContent().finish(),
        Ok(Err(wrong)) => {
            let again = if let Why::TooSoon(left) = wrong.why { left.as_secs() + 1 } else { 0 };
            let mut response = refused(wrong).response();
            if again > 0 {
                response.headers_mut().insert(actix_web::http::header::RETRY_AFTER, again.into());
            }
            response
        }
        Err(refusal) => refusal.response(),
    }
}

async fn remove(request: HttpRequest, path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    let removed = || -> Answer {
        let room = teachers(&request, &state)?;
        let number = path.parse().ok();
        let removed = room.change(|class| number.filter(|number| class.remove(*number)).ok_or(()));
        removed.map_err(|()| {
            let fix = "GET /api/class lists them";
            Refusal::new(StatusCode::NOT_FOUND, "path", "the number of a member", path.as_str(), fix)
        })?;
        Ok(HttpResponse::NoContent().finish())
    };
    answer(removed())
}

async fn code(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    let drawn = || -> Answer {
        let room = room(&state)?;
        if !path.eq_ignore_ascii_case(&room.code) {
            let fix = "GET /api/class says it";
            return Err(Refusal::new(
                StatusCode::NOT_FOUND,
                "path",
                "the code of the class",
                path.as_str(),
                fix,
            ));
        }
        let long = || malformed("server", "an address that fits into a QR code", room.join.clone());
        let svg = qr::svg(&room.join).ok_or_else(long)?;
        Ok(HttpResponse::Ok().content_type("image/svg+xml").body(svg))
    };
    answer(drawn())
}
