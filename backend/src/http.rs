//! The node's outside: routes, and the two listeners that serve them.
//!
//! A handler reads the request, asks the chain one thing, and answers; the rules are in [`shared`], the
//! state is the chain's. What all requests have in common is in [`guard`], what all bodies and
//! parameters have in common in [`body`], what all answers have in common in [`answer`].

mod accounts;
mod admin;
mod answer;
pub mod assets;
mod blocks;
mod body;
mod callers;
mod dev;
mod docs;
mod error;
mod events;
mod guard;
mod mining;
pub mod openapi;
pub mod p2p;
mod pool;
mod search;
mod stats;
mod status;
mod token;
mod trace;
mod transactions;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpServer, Resource, Route, dev::Server, guard as route_guard,
    middleware::from_fn, rt::net::TcpStream, web,
};
use shared::api::{ADMIN, API};

pub use error::HttpError;
pub use token::{FILE as TOKEN_FILE, Token, TokenError};

use crate::{
    chain::{self, View},
    config::{Config, Limits},
    events::Bus,
    relay,
};
use callers::Callers;

/// Paths below which nobody looks for a page.
const PROGRAMS: [&str; 4] = ["/api/", "/p2p/", "/admin/", "/metrics"];

/// What handlers work with.
pub struct Context {
    /// The chain.
    chain: chain::Handle,
    /// Other nodes.
    relay: relay::Handle,
    /// Live events.
    events: Bus,
    /// What callers may take.
    limits: Limits,
    /// What they take.
    callers: Callers,
    /// What the operator proves to be the operator with.
    token: Token,
    /// What is costly to say again and again.
    at_tip: status::AtTip,
}

/// Which of the two listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// For everybody.
    Public,
    /// For the operator.
    Admin,
}

impl Context {
    /// Puts together what handlers work with.
    #[must_use]
    pub fn new(
        chain: chain::Handle,
        relay: relay::Handle,
        events: Bus,
        limits: Limits,
        token: Token,
    ) -> Self {
        let callers = Callers::new(&limits);
        let at_tip = status::AtTip::default();
        Self { chain, relay, events, limits, callers, token, at_tip }
    }

    /// Reads something of the chain at one tip, on a thread that may wait for the disk.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View) -> Result<T, HttpError> + Send + 'static,
    ) -> Result<(Arc<View>, T), HttpError> {
        let view = self.chain.view();
        let value = {
            let view = Arc::clone(&view);
            web::block(move || read(&view)).await??
        };
        Ok((view, value))
    }
}

/// Serves one of the listeners on `socket` until the returned server is stopped.
///
/// # Errors
///
/// When the socket cannot be served.
pub fn serve(
    context: &Arc<Context>,
    listener: Listener,
    socket: TcpListener,
    config: &Config,
) -> io::Result<Server> {
    let threads = match listener {
        Listener::Public => config.threads,
        Listener::Admin => 1,
    };
    let (for_requests, for_connections) = (Arc::clone(context), Arc::clone(context));
    let server = HttpServer::new(move || {
        let (context, around) = (Arc::clone(&for_requests), Arc::clone(&for_requests));
        App::new()
            .app_data(web::Data::new(context.chain.clone()))
            .app_data(web::Data::new(context.relay.clone()))
            .app_data(web::Data::from(context))
            .configure(|routes| configure(routes, listener))
            .wrap(from_fn(move |request, next| {
                guard::around(Arc::clone(&around), listener, request, next)
            }))
            // The last is the outermost.
            .wrap(from_fn(trace::around))
    })
    .workers(threads)
    // A connection over the limit gets an answer that says so, so a few more are let in.
    .max_connections((config.limits.connections + 32).div_ceil(threads))
    .client_request_timeout(config.limits.head_timeout)
    .client_disconnect_timeout(Duration::from_secs(1))
    .shutdown_timeout(config.shutdown_timeout.as_secs())
    .disable_signals()
    .on_connect(move |socket, beside| {
        let peer = socket.downcast_ref::<TcpStream>().and_then(|socket| socket.peer_addr().ok());
        if let Some(peer) = peer
            && listener == Listener::Public
        {
            beside.insert(for_connections.callers.connect(peer.ip()));
        }
    })
    .listen(socket)?;
    Ok(server.run())
}

/// All routes of a listener.
fn configure(routes: &mut web::ServiceConfig, listener: Listener) {
    routes.service(get("/healthz", web::get().to(status::healthz)));
    routes.service(get("/readyz", web::get().to(status::readyz)));
    routes.service(get("/openapi.json", web::get().to(openapi::serve)));
    routes.service(get("/docs", web::get().to(docs::serve)));
    #[cfg(test)]
    routes.service(get("/panic", web::get().to(tests::panic)));
    if listener == Listener::Admin {
        routes.service(web::scope(ADMIN).configure(admin::configure).default_service(nowhere()));
        routes.service(get("/metrics", web::get().to(admin::metrics)));
    }
    let api = web::scope(API)
        .configure(status::configure)
        .configure(blocks::configure)
        .configure(transactions::configure)
        .configure(accounts::configure)
        .configure(pool::configure)
        .configure(mining::configure)
        .configure(search::configure)
        .configure(stats::configure)
        .configure(events::configure);
    let api = if listener == Listener::Public { api.configure(dev::configure) } else { api };
    routes.service(api.default_service(nowhere()));
    routes.configure(p2p::configure);
    routes.configure(assets::configure);
    routes.default_service(nowhere_for_people());
}

/// A path that can only be read.
fn get(path: &str, route: Route) -> Resource {
    resource(path, "GET, HEAD").route(reading(route))
}

/// A path that can only be posted to.
fn post(path: &str, route: Route) -> Resource {
    resource(path, "POST").route(route)
}

/// A path with the methods in `allow`; any other one is told so.
fn resource(path: &str, allow: &'static str) -> Resource {
    web::resource(path).default_service(web::to(move |request: HttpRequest| {
        let method = request.method().to_string();
        std::future::ready(Err::<String, _>(HttpError::MethodNotAllowed { method, allow }))
    }))
}

/// HEAD is GET whose body the server leaves out.
fn reading(route: Route) -> Route {
    route.guard(route_guard::Any(route_guard::Get()).or(route_guard::Head()))
}

fn nowhere() -> Route {
    web::to(|request: HttpRequest| std::future::ready(Err::<String, _>(not_found(&request))))
}

/// Who typed a path that there is not gets the app, which says so; a program gets the problem.
fn nowhere_for_people() -> Route {
    web::to(|request: HttpRequest| {
        let path = request.path();
        let is_for_programs = PROGRAMS.iter().any(|prefix| path.starts_with(prefix));
        let page = if is_for_programs { None } else { assets::not_found_page(&request) };
        std::future::ready(page.ok_or_else(|| not_found(&request)))
    })
}

fn not_found(request: &HttpRequest) -> HttpError {
    HttpError::NotFound { path: request.path().to_owned() }
}

#[cfg(test)]
mod tests;
