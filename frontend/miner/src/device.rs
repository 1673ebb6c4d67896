//! A graphics processor through WebGPU, as far as the search needs it.
//!
//! The few calls are declared here: in `web-sys` they are behind a compiler flag that would have to be
//! set for the whole workspace.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use miner::{
    Slice,
    gpu::{GROUP, HITS_BYTES, JOB_BYTES, SEARCH, job_bytes, nonces},
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

/// Groups at once. Each tries as many nonces as it takes, one after the other.
const MOST_GROUPS: u32 = 16_384;

/// `GPUBufferUsage` and `GPUMapMode`, bits of the standard.
const MAP_READ: u32 = 0x1;
const COPY_SRC: u32 = 0x4;
const COPY_DST: u32 = 0x8;
const UNIFORM: u32 = 0x40;
const STORAGE: u32 = 0x80;
const FOR_READING: u32 = 0x1;

#[wasm_bindgen]
extern "C" {
    type Provider;
    #[wasm_bindgen(method, js_name = requestAdapter)]
    fn request_adapter(this: &Provider) -> Promise;

    type Adapter;
    #[wasm_bindgen(method, js_name = requestDevice)]
    fn request_device(this: &Adapter) -> Promise;

    type Device;
    #[wasm_bindgen(method, getter)]
    fn queue(this: &Device) -> Queue;
    #[wasm_bindgen(method, getter)]
    fn lost(this: &Device) -> Promise;
    #[wasm_bindgen(method)]
    fn destroy(this: &Device);
    #[wasm_bindgen(method, js_name = createShaderModule)]
    fn create_shader_module(this: &Device, descriptor: &Object) -> JsValue;
    #[wasm_bindgen(method, js_name = createComputePipelineAsync)]
    fn create_compute_pipeline(this: &Device, descriptor: &Object) -> Promise;
    #[wasm_bindgen(method, js_name = createBuffer, catch)]
    fn create_buffer(this: &Device, descriptor: &Object) -> Result<Buffer, JsValue>;
    #[wasm_bindgen(method, js_name = createBindGroup)]
    fn create_bind_group(this: &Device, descriptor: &Object) -> JsValue;
    #[wasm_bindgen(method, js_name = createCommandEncoder)]
    fn create_command_encoder(this: &Device) -> Encoder;

    type Pipeline;
    #[wasm_bindgen(method, js_name = getBindGroupLayout)]
    fn bind_group_layout(this: &Pipeline, index: u32) -> JsValue;

    type Buffer;
    #[wasm_bindgen(method, js_name = mapAsync)]
    fn map(this: &Buffer, mode: u32) -> Promise;
    #[wasm_bindgen(method, js_name = getMappedRange, catch)]
    fn mapped_range(this: &Buffer) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn unmap(this: &Buffer);

    type Queue;
    #[wasm_bindgen(method, js_name = writeBuffer, catch)]
    fn write_buffer(
        this: &Queue,
        buffer: &Buffer,
        offset: u32,
        data: &Uint8Array,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn submit(this: &Queue, commands: &Array);

    type Encoder;
    #[wasm_bindgen(method, js_name = clearBuffer)]
    fn clear_buffer(this: &Encoder, buffer: &Buffer);
    #[wasm_bindgen(method, js_name = beginComputePass)]
    fn begin_compute_pass(this: &Encoder) -> Pass;
    #[wasm_bindgen(method, js_name = copyBufferToBuffer)]
    fn copy(this: &Encoder, from: &Buffer, at: u32, to: &Buffer, to_at: u32, bytes: u32);
    #[wasm_bindgen(method)]
    fn finish(this: &Encoder) -> JsValue;

    type Pass;
    #[wasm_bindgen(method, js_name = setPipeline)]
    fn set_pipeline(this: &Pass, pipeline: &Pipeline);
    #[wasm_bindgen(method, js_name = setBindGroup)]
    fn set_bind_group(this: &Pass, index: u32, group: &JsValue);
    #[wasm_bindgen(method, js_name = dispatchWorkgroups)]
    fn dispatch(this: &Pass, groups: u32);
    #[wasm_bindgen(method)]
    fn end(this: &Pass);
}

/// A device with the program on it.
pub(crate) struct Gpu {
    device: Device,
    pipeline: Pipeline,
    /// Binds the two buffers after it to the program.
    group: JsValue,
    job: Buffer,
    hits: Buffer,
    /// Where the hits are copied to, to be read.
    copy: Buffer,
}

impl Gpu {
    /// Opens the device that the browser gives; `None` when it gives none that runs the program.
    pub(crate) async fn open() -> Option<Self> {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let provider = Reflect::get(&navigator, &"gpu".into()).ok()?;
        let provider: Provider = existing(provider)?;
        let adapter: Adapter = existing(wait(provider.request_adapter()).await?)?;
        let device: Device = existing(wait(adapter.request_device()).await?)?;

        let module = device.create_shader_module(&object(&[("code", SEARCH.into())]));
        let compute = object(&[("module", module), ("entryPoint", "search".into())]);
        let pipeline = object(&[("layout", "auto".into()), ("compute", compute.into())]);
        let pipeline = wait(device.create_compute_pipeline(&pipeline)).await?;
        let pipeline: Pipeline = pipeline.unchecked_into();

        let buffer = |bytes: u32, usage: u32| {
            let descriptor = object(&[("size", bytes.into()), ("usage", usage.into())]);
            device.create_buffer(&descriptor).ok()
        };
        let job = buffer(JOB_BYTES, UNIFORM | COPY_DST)?;
        let hits = buffer(HITS_BYTES, STORAGE | COPY_SRC | COPY_DST)?;
        let copy = buffer(HITS_BYTES, COPY_DST | MAP_READ)?;
        let bind = |index: u32, buffer: &Buffer| {
            let resource = object(&[("buffer", buffer.into())]);
            object(&[("binding", index.into()), ("resource", resource.into())])
        };
        let entries = Array::of2(&bind(0, &job), &bind(1, &hits));
        let layout = pipeline.bind_group_layout(0);
        let group = object(&[("layout", layout), ("entries", entries.into())]);
        let group = device.create_bind_group(&group);
        Some(Self { device, pipeline, group, job, hits, copy })
    }

    /// Waits until the device is lost: taken away, reset, or given to others.
    pub(crate) async fn lost(&self) {
        wait(self.device.lost()).await;
    }

    /// Lets the device go: [`Gpu::lost`] ends.
    pub(crate) fn give_up(&self) {
        self.device.destroy();
    }

    /// Tries the nonces of a slice, as many as one job has, and says how many, and which may have hit.
    /// `None` when the device is lost.
    pub(crate) async fn search(&self, slice: &Slice) -> Option<(u32, Vec<u64>)> {
        let (job, count) = job_bytes(slice);
        let queue = self.device.queue();
        queue.write_buffer(&self.job, 0, &Uint8Array::from(job.as_slice())).ok()?;
        let commands = self.device.create_command_encoder();
        commands.clear_buffer(&self.hits);
        let pass = commands.begin_compute_pass();
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group);
        pass.dispatch(count.div_ceil(GROUP).min(MOST_GROUPS));
        pass.end();
        commands.copy(&self.hits, 0, &self.copy, 0, HITS_BYTES);
        queue.submit(&Array::of1(&commands.finish()));
        wait(self.copy.map(FOR_READING)).await?;
        let hits = Uint8Array::new(&self.copy.mapped_range().ok()?).to_vec();
        self.copy.unmap();
        Some((count, nonces(slice, &hits)))
    }
}

/// What a promise gives; `None` when it fails.
async fn wait(promise: Promise) -> Option<JsValue> {
    JsFuture::from(promise).await.ok()
}

/// A value that is there: a browser may answer with `null`, or know no such thing at all.
fn existing<T: JsCast>(value: JsValue) -> Option<T> {
    (!value.is_null() && !value.is_undefined()).then(|| value.unchecked_into())
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes every field.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
