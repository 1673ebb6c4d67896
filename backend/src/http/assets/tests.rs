use actix_web::{
    App,
    body::to_bytes,
    dev::ServiceResponse,
    http::{Method, StatusCode},
    test::{TestRequest, call_service, init_service},
};

use super::*;

async fn ask(method: Method, path: &str, headers: &[(&str, &str)]) -> ServiceResponse {
    let app = init_service(App::new().configure(configure)).await;
    let mut request = TestRequest::with_uri(path).method(method);
    for header in headers {
        request = request.insert_header(*header);
    }
    call_service(&app, request.to_request()).await
}

fn header_of<'a>(response: &'a ServiceResponse, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[actix_web::test]
async fn every_route_of_the_app_answers_with_its_page() {
    for path in [
        "/",
        "/send",
        "/block/12",
        "/transaction/ab",
        "/account/hp1x",
        "/charts",
        "/shared/sign",
        "/about",
    ] {
        let response = ask(Method::GET, path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header_of(&response, "content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(header_of(&response, "cache-control"), ASK_FIRST, "{path}");
        let body = to_bytes(response.into_body()).await.unwrap();
        assert_eq!(body, get(INDEX).unwrap().bytes, "{path}");
    }
}

#[actix_web::test]
async fn what_is_not_the_apps_is_left_to_others() {
    for path in ["/nowhere", "/api/v1/status", "/index.html.br", "/block/1/raw"] {
        assert_eq!(ask(Method::GET, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[actix_web::test]
async fn a_head_request_gets_the_headers_of_a_get_request() {
    let get = ask(Method::GET, "/", &[]).await;
    let head = ask(Method::HEAD, "/", &[]).await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(header_of(&head, "etag"), header_of(&get, "etag"));
}

#[actix_web::test]
async fn a_known_file_is_not_sent_again() {
    let first = ask(Method::GET, "/", &[]).await;
    let tag = header_of(&first, "etag").to_owned();
    let second = ask(Method::GET, "/", &[("if-none-match", &tag)]).await;
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header_of(&second, "etag"), tag);
    assert!(to_bytes(second.into_body()).await.unwrap().is_empty());
    let other = ask(Method::GET, "/", &[("if-none-match", "\"another\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

fn example(brotli: Option<&'static [u8]>) -> Asset {
    Asset {
        path: "app-0123456789abcdef_bg.wasm".to_owned(),
        content_type: "application/wasm",
        bytes: web::Bytes::from_static(b"plain"),
        brotli: brotli.map(web::Bytes::from_static),
        sha256: "5a".repeat(32),
    }
}

async fn body_for(asset: &Asset, accepted: &str) -> (String, web::Bytes) {
    let mut request = TestRequest::get();
    if !accepted.is_empty() {
        request = request.insert_header(("accept-encoding", accepted));
    }
    let response = asset.answer(&request.to_http_request());
    let encoding = response.headers().get("content-encoding");
    let encoding = encoding.map_or("", |value| value.to_str().unwrap()).to_owned();
    (encoding, to_bytes(response.into_body()).await.unwrap())
}

#[actix_web::test]
async fn brotli_is_sent_only_to_who_accepts_it() {
    let asset = example(Some(b"packed"));
    for accepted in ["br", "gzip, deflate, br", "gzip, deflate, br, zstd", "br;q=0.5, *;q=0.1"] {
        assert_eq!(body_for(&asset, accepted).await, ("br".into(), "packed".into()), "{accepted}");
    }
    for accepted in ["", "gzip", "identity", "br;q=0", "identity, br;q=0"] {
        assert_eq!(body_for(&asset, accepted).await, (String::new(), "plain".into()), "{accepted}");
    }
    let unpacked = example(None);
    assert_eq!(body_for(&unpacked, "br").await, (String::new(), "plain".into()));
}

#[actix_web::test]
async fn two_encodings_have_two_tags() {
    let asset = example(Some(b"packed"));
    let plain = asset.answer(&TestRequest::get().to_http_request());
    let request = TestRequest::get().insert_header(("accept-encoding", "br"));
    let packed = asset.answer(&request.to_http_request());
    assert_ne!(plain.headers().get("etag"), packed.headers().get("etag"));
    assert_eq!(plain.headers().get("vary").unwrap(), "accept-encoding");
}

#[test]
fn only_names_with_a_hash_are_kept_for_ever() {
    for name in
        ["app-4aa8a3c3120ecf1f.js", "app-4aa8a3c3120ecf1f_bg.wasm", "base-b28ac58c68515b.css"]
    {
        assert!(is_named_after_content(name), "{name}");
    }
    for name in
        ["index.html", "miner.js", "miner_bg.wasm", "app-latest.js", "a-0123456789abcdefg.js"]
    {
        assert!(!is_named_after_content(name), "{name}");
    }
}

#[test]
fn inline_scripts_are_told_from_loaded_ones() {
    let page =
        "<script type=module>import 'a';</script><script src=/b.js></script><script>2</script >";
    assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["import 'a';", "2"]);
}

#[test]
fn hashes_of_inline_scripts_are_source_expressions() {
    // The well-known example of the specification of content security policies.
    let script = "alert('Hello, world.');";
    let hash = BASE64.encode(&Sha256::digest(script));
    assert_eq!(hash, "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    assert!(inline_script_hashes().iter().all(|hash| hash.starts_with("'sha256-")));
}

#[actix_web::test]
async fn the_list_of_hashes_names_every_file() {
    let response = ask(Method::GET, "/app-hashes", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let list = to_bytes(response.into_body()).await.unwrap();
    let list = String::from_utf8(list.to_vec()).unwrap();
    assert_eq!(list.lines().count(), ASSETS.len());
    for asset in ASSETS.values() {
        let hash = HEXLOWER.encode(&Sha256::digest(&asset.bytes));
        assert!(list.contains(&format!("{hash}  {}\n", asset.path)), "{}", asset.path);
    }
}
