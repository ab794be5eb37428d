//! Redirects, as a fetch follows them (Fetch, "HTTP-redirect fetch"): who asks learns of the last answer alone.

use super::connector::Connector;
use super::http::{Answer, Http, Lost, Request};
use crate::proto::http1::ResponseHead;

/// How many redirects are followed (Fetch, "HTTP-redirect fetch" step 7).
pub(super) const MAX_REDIRECTS: usize = 20;

/// Where a redirect leads; `None` of any other response, and of one without `Location`, which is then the answer.
pub(super) fn location(head: &ResponseHead) -> Option<&str> {
    matches!(head.status, 301 | 302 | 303 | 307 | 308).then(|| head.headers.get("location")).flatten()
}

/// Asks, and asks where it is sent to, as often as a fetch does. What a server of another origin would have to allow is not
/// looked at here: this stage allows it, and a client that is no browser needs no leave.
pub(super) async fn follow<C: Connector>(http: &Http<C>, mut request: Request) -> Result<Answer<C>, Lost> {
    for _ in 0..=MAX_REDIRECTS {
        let answer = http.ask(&request).await?;
        let Some(location) = location(&answer.head) else { return Ok(answer) };
        let next = request.url.join(location).map_err(|error| Lost::Broken(format!("redirect: {error}")))?;
        request.redirected(answer.head.status, next);
        answer.finish();
    }
    Err(Lost::Broken("too many redirects".to_owned()))
}

impl Request {
    /// To be asked again at `next`: a POST becomes a GET without a body after 301, 302 and 303 (step 12), and what names the
    /// caller is told to no other origin (step 13).
    fn redirected(&mut self, status: u16, next: super::url::Url) {
        if self.method == "POST" && matches!(status, 301..=303) {
            self.method = "GET";
            self.body.clear();
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        if next.origin() != self.url.origin() {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        }
        self.url = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> Request {
        Request::post("http://one.test/a".parse().expect("an address"), "{}".to_owned())
            .with("Authorization", "Bearer t")
    }

    #[test]
    fn a_post_stays_one_after_307_alone_and_a_token_stays_at_its_origin() {
        for (status, next, method, headers) in [
            (302, "http://one.test/b", "GET", vec!["Authorization"]),
            (307, "http://one.test/b", "POST", vec!["Content-Type", "Authorization"]),
            (308, "http://two.test/b", "POST", vec!["Content-Type"]),
            (303, "http://two.test/b", "GET", vec![]),
        ] {
            let mut request = post();
            request.redirected(status, next.parse().expect("an address"));
            assert_eq!((request.method, request.body.is_empty()), (method, method == "GET"), "{status}");
            assert_eq!(
                request.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
                headers,
                "{status}"
            );
            assert_eq!(request.url.to_string(), next);
        }
    }
}
