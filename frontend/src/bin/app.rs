//! The app's wasm file.

fn main() {
    std::panic::set_hook(Box::new(|fault| {
        // For the emergency kit, which is what is left then.
        frontend::storage::log(&fault.to_string());
        frontend::browser::show_fault();
        console_error_panic_hook::hook(fault);
    }));
    // The texts first: what was once shown stays as it is.
    wasm_bindgen_futures::spawn_local(async {
        frontend::i18n::start().await;
        leptos::mount::mount_to_body(frontend::app::App);
    });
}
