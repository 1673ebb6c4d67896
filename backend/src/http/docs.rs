//! `GET /docs`: what can be asked, for people. Made of the same table as `/openapi.json`; a page without
//! scripts or styles of its own, so nothing is loaded from anywhere.

use std::fmt::Write as _;

use actix_web::{HttpResponse, http::header};

use super::openapi::{OPERATIONS, Operation};

/// `GET /docs`.
pub(super) async fn serve() -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.content_type("text/html; charset=utf-8").body(page())
}

/// The page.
fn page() -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>The HTTP interface · Halfpenny</title>\n</head>\n<body>\n<main>\n\
         <h1>The HTTP interface</h1>\n\
         <p>Amounts are whole mites (1 coin = 100,000,000), times seconds since 1970, ids and hashes \
         hexadecimal. Every answer under /api/v1 names the tip at which it was read in \
         <code>X-Chain-Tip</code>: height, colon, id. Lists go on with <code>after</code> or \
         <code>before</code>, which is the <code>next</code> of the page before. What is refused is \
         answered with <code>application/problem+json</code>: <code>code</code> never changes, \
         <code>detail</code> is for people, <code>field</code> names what is at fault.</p>\n\
         <p>For programs: <a href=\"/openapi.json\">openapi.json</a>. The app: <a href=\"/\">/</a>.</p>\n<dl>\n",
    );
    OPERATIONS.iter().for_each(|operation| describe(&mut page, operation));
    page.push_str("</dl>\n</main>\n</body>\n</html>\n");
    page
}

/// One entry. Writing to a string does not fail, and the table holds no markup.
fn describe(page: &mut String, operation: &Operation) {
    let Operation { method, path, summary, query, accepts, answers, .. } = operation;
    let method = method.to_uppercase();
    let _ = writeln!(page, "<dt><code>{method} {path}</code></dt>\n<dd>{summary}.");
    if !query.is_empty() {
        let name = |name: &&str| match name.strip_prefix('!') {
            Some(name) => format!("<code>{name}</code> (needed)"),
            None => format!("<code>{name}</code>"),
        };
        let names: Vec<String> = query.iter().map(name).collect();
        let _ = writeln!(page, "<br>Query: {}.", names.join(", "));
    }
    if !accepts.is_empty() {
        let _ = writeln!(page, "<br>Takes {}.", accepts.join(" or "));
    }
    let _ = writeln!(page, "<br>Answers {}.</dd>", answers.join(" or "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_on_the_page_once_and_no_text_is_markup() {
        let page = page();
        for operation in OPERATIONS {
            let term = format!(
                "<dt><code>{} {}</code></dt>\n<dd>{}.",
                operation.method.to_uppercase(),
                operation.path,
                operation.summary
            );
            assert_eq!(page.matches(&term).count(), 1, "{term}");
            assert!(!operation.summary.contains(['<', '>', '&']), "{}", operation.summary);
        }
        assert!(!page.contains("<script") && !page.contains("style"));
    }
}
