//! The app, embedded in the program and served from memory.
//!
//! Everything costly happened when the app was built: files carry a hash in their names, and a
//! brotli copy lies beside each that gains by it (`scripts/compress-app.mjs`). Answering a request
//! neither compresses nor hashes nor touches the disk. Headers that every answer of the node has,
//! the content security policy among them, are not set here; [`inline_script_hashes`] is what this
//! module knows about it.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _, future::ready, sync::LazyLock};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, Resource,
    http::{
        Method,
        header::{self, Accept, AcceptEncoding, Encoding, EntityTag, Header as _, IfNoneMatch},
    },
    mime, web,
};
use data_encoding::{BASE64, HEXLOWER};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest as _, Sha256};

/// The page that every route of the app loads.
const INDEX: &str = "index.html";

/// The emergency kit: a page of its own, which works when the app does not.
const KIT: &str = "kit.html";

/// The routes of the app: a reload or a shared link must find the app, which then reads the path.
const PAGES: [&str; 22] = [
    "/",
    "/send",
    "/receive",
    "/history",
    "/mine",
    "/explorer",
    "/block/{id}",
    "/transaction/{id}",
    "/account/{address}",
    "/mempool",
    "/charts",
    "/forks",
    "/broadcast",
    "/shared",
    "/shared/{address}",
    "/network",
    "/settings",
    "/message",
    "/verify",
    "/about",
    "/learn",
    "/learn/{page}",
];

/// A year: what is named after its content never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Keep it, but ask each time whether it is still the one.
const ASK_FIRST: &str = "no-cache";

#[derive(RustEmbed)]
#[folder = "../frontend/dist"]
struct Dist;

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(load);

/// One file of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Where it is served, without the leading `/`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: web::Bytes,
    /// The same, compressed with brotli, if that is smaller.
    pub brotli: Option<web::Bytes>,
    /// The SHA-256 of `bytes`, in hexadecimal.
    pub sha256: String,
}

/// Serves every file of the app, the app's page on each of its routes, and `/app-hashes`.
///
/// Registers exact paths only: what is no file of the app is left to others.
pub fn configure(config: &mut web::ServiceConfig) {
    for asset in ASSETS.values() {
        config.service(serve(web::resource(format!("/{}", asset.path)), asset));
    }
    if let Some(index) = get(INDEX) {
        config.service(serve(web::resource(PAGES.to_vec()), index));
    }
    // A node that was built without the app has none.
    if let Some(kit) = get(KIT) {
        config.service(serve(web::resource("/kit"), kit));
    }
    let hashes = web::resource("/app-hashes");
    config.service(hashes.route(web::get().to(app_hashes)).route(web::head().to(app_hashes)));
}

/// Returns the file that is served at `path` (without the leading `/`).
#[must_use]
pub fn get(path: &str) -> Option<&'static Asset> {
    ASSETS.get(path)
}

/// The app's page for a browser that asks for a path that there is not, with the status that says so.
///
/// Only for who asks for a page in so many words: programs, and scripts and pictures of a page, take
/// whatever comes (`*/*`), and must not take the page for what they asked for.
#[must_use]
pub fn not_found_page(request: &HttpRequest) -> Option<HttpResponse> {
    let wants_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && Accept::parse(request).is_ok_and(|accept| {
            accept.iter().any(|range| range.item.essence_str() == mime::TEXT_HTML.essence_str())
        });
    let index = get(INDEX).filter(|_| wants_page)?;
    Some(index.whole(request, HttpResponse::NotFound()))
}

/// Returns a source expression (`'sha256-…'`) for each inline script of the app's page.
///
/// Trunk starts the app with one; a policy of `script-src 'self'` alone would block it.
#[must_use]
pub fn inline_script_hashes() -> Vec<String> {
    let page = get(INDEX).map_or(Cow::Borrowed(""), |index| String::from_utf8_lossy(&index.bytes));
    inline_scripts(&page)
        .map(|script| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(script))))
        .collect()
}

/// `GET /app-hashes`: the SHA-256 of every file, in the form that `sha256sum --check` reads.
async fn app_hashes() -> HttpResponse {
    let mut list = String::new();
    for asset in ASSETS.values() {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "{}  {}", asset.sha256, asset.path);
    }
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, ASK_FIRST))
        .body(list)
}

fn serve(resource: Resource, asset: &'static Asset) -> Resource {
    let answer = move |request: HttpRequest| ready(asset.answer(&request));
    resource.route(web::get().to(answer)).route(web::head().to(answer))
}

impl Asset {
    fn new(path: &str, file: EmbeddedFile, brotli: Option<EmbeddedFile>) -> Self {
        Self {
            path: path.to_owned(),
            content_type: content_type(path),
            sha256: HEXLOWER.encode(&file.metadata.sha256_hash()),
            bytes: bytes(file.data),
            brotli: brotli.map(|packed| bytes(packed.data)),
        }
    }

    /// Answers with the file, compressed if the request allows it, or that nothing changed.
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        // Two encodings are two representations, so each has a tag of its own.
        let tag = EntityTag::new_strong(match self.packed_for(request) {
            Some(_) => format!("{}-br", self.sha256),
            None => self.sha256.clone(),
        });
        let is_known = is_known_to(request, &tag);
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header(header::ETag(tag));
        if is_known { self.describe(&mut response).finish() } else { self.whole(request, response) }
    }

    /// The file, whatever the request knows already.
    fn whole(&self, request: &HttpRequest, mut response: HttpResponseBuilder) -> HttpResponse {
        self.describe(&mut response).content_type(self.content_type);
        let packed = self.packed_for(request);
        if packed.is_some() {
            response.insert_header((header::CONTENT_ENCODING, "br"));
        }
        response.body(packed.unwrap_or(&self.bytes).clone())
    }

    fn describe<'a>(&self, response: &'a mut HttpResponseBuilder) -> &'a mut HttpResponseBuilder {
        response.insert_header((header::CACHE_CONTROL, self.cache_control()));
        if self.brotli.is_some() {
            response.insert_header((header::VARY, "accept-encoding"));
        }
        response
    }

    fn packed_for(&self, request: &HttpRequest) -> Option<&web::Bytes> {
        self.brotli.as_ref().filter(|_| accepts_brotli(request))
    }

    fn cache_control(&self) -> &'static str {
        if is_named_after_content(&self.path) { FOR_EVER } else { ASK_FIRST }
    }
}

fn load() -> BTreeMap<String, Asset> {
    Dist::iter()
        // Hidden files are trunk's unfinished business.
        .filter(|path| !path.ends_with(".br") && !path.starts_with('.'))
        .filter_map(|path| {
            let asset = Asset::new(&path, Dist::get(&path)?, Dist::get(&format!("{path}.br")));
            Some((asset.path.clone(), asset))
        })
        .collect()
}

fn bytes(data: Cow<'static, [u8]>) -> web::Bytes {
    match data {
        Cow::Borrowed(data) => web::Bytes::from_static(data),
        Cow::Owned(data) => web::Bytes::from(data),
    }
}

fn accepts_brotli(request: &HttpRequest) -> bool {
    AcceptEncoding::parse(request).is_ok_and(|accepted| {
        accepted.negotiate([Encoding::brotli(), Encoding::identity()].iter())
            == Some(Encoding::brotli())
    })
}

fn is_known_to(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// Does the name end in a hash, as trunk gives one (`app-90ab12cd34ef5678_bg.wasm`)?
fn is_named_after_content(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split(['.', '_']).next().unwrap_or(name);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        // Sixteen digits, less leading zeros, which trunk does not print.
        (12..=16).contains(&hash.len()) && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The contents of the scripts in a page that are not loaded from elsewhere.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests;
