// Reads a QR code, from a picture or the camera: `halfpennyScan(camera, said)` gives a promise of its
// text, or of null when the person leaves without one; what went wrong is a sentence. `said` translates
// what is written here in English. Loaded when it is first asked for. The browser's own reader is used
// where there is one, else the worker /qr_loader.js.
"use strict";

(() => {
  // Larger pictures are made smaller first: codes need few pixels.
  const MOST = 1_000;

  // A text in the language of the person.
  let text = (english) => english;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  async function ownReader() {
    const Detector = globalThis.BarcodeDetector;
    if (!Detector) return null;
    const formats = await Detector.getSupportedFormats().catch(() => []);
    if (!formats.includes("qr_code")) return null;
    const detector = new Detector({ formats: ["qr_code"] });
    return {
      read: async (image) => (await detector.detect(image))[0]?.rawValue ?? null,
      end: () => undefined,
    };
  }

  function workersReader() {
    const worker = new Worker("/qr_loader.js", { type: "module" });
    const next = () => new Promise((good, bad) => {
      worker.onmessage = ({ data }) => good(data);
      worker.onerror = (event) => {
        event.preventDefault();
        bad(text("This browser does not run the part of the page that reads codes. Paste the address instead."));
      };
    });
    const ready = next();
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    return {
      read: async (image) => {
        const [width, height] = [image.videoWidth ?? image.width, image.videoHeight ?? image.height];
        const scale = Math.min(1, MOST / Math.max(width, height, 1));
        canvas.width = Math.max(1, Math.round(width * scale));
        canvas.height = Math.max(1, Math.round(height * scale));
        // What is transparent is paper.
        context.fillStyle = "#fff";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const message = new Uint8Array(9 + canvas.width * canvas.height);
        const view = new DataView(message.buffer);
        view.setUint8(0, 1);
        view.setUint32(1, canvas.width, true);
        view.setUint32(5, canvas.height, true);
        for (let pixel = 0; pixel < canvas.width * canvas.height; pixel += 1) {
          const [red, green, blue] = data.subarray(pixel * 4, pixel * 4 + 3);
          message[9 + pixel] = (red * 77 + green * 151 + blue * 28) >> 8;
        }
        await ready;
        const answer = next();
        worker.postMessage(message);
        return new TextDecoder().decode(await answer) || null;
      },
      end: () => worker.terminate(),
    };
  }

  async function readPicture(file, reader) {
    let image;
    try {
      image = await createImageBitmap(file);
    } catch {
      throw text("This file is not a picture that the browser can read. Choose a PNG or a JPEG, or paste the address.");
    }
    const found = await reader.read(image);
    if (found === null) {
      throw text("There is no QR code in this picture that can be read. Try a sharper or a closer one, or paste the address.");
    }
    return found;
  }

  async function watch(video, reader, isOver) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      throw text("The page may not use the camera. Allow it for this address, or choose a picture of the code.");
    }
    try {
      video.srcObject = stream;
      await video.play();
      while (!isOver()) {
        const found = video.videoWidth ? await reader.read(video) : null;
        if (found !== null) return found;
        await new Promise((next) => setTimeout(next, 150));
      }
      return null;
    } finally {
      stream.getTracks().forEach((track) => track.stop());
    }
  }

  globalThis.halfpennyScan = async (camera, said) => {
    text = said;
    const reader = (await ownReader()) ?? workersReader();
    const title = make("h2", { id: "scan-title", textContent: camera ? text("Scan with the camera") : text("Read a QR code") });
    const close = make("button", { type: "button", className: "button", textContent: text("Cancel") });
    const body = make("div", { className: "dialog-body" }, title);
    const dialog = make("dialog", { className: "dialog" }, body);
    dialog.setAttribute("aria-labelledby", title.id);
    let isOver = false;
    close.addEventListener("click", () => dialog.close());
    const closed = new Promise((good) => {
      dialog.addEventListener("close", () => {
        isOver = true;
        good(null);
      });
    });
    let found;
    if (camera) {
      const video = make("video", { className: "scan", muted: true, playsInline: true });
      body.append(make("p", { textContent: text("Hold the code in front of the camera. The picture stays in this browser.") }), video, close);
      document.body.append(dialog);
      dialog.showModal();
      found = watch(video, reader, () => isOver);
    } else {
      const input = make("input", { type: "file", accept: "image/*", id: "scan-file" });
      const label = make("label", { htmlFor: input.id, textContent: text("Picture of a QR code") });
      body.append(make("div", { className: "field" }, label, input), close);
      document.body.append(dialog);
      dialog.showModal();
      found = new Promise((good, bad) => {
        input.addEventListener("change", () => {
          if (input.files[0]) readPicture(input.files[0], reader).then(good, bad);
        });
      });
    }
    try {
      return await Promise.race([found, closed]);
    } catch (problem) {
      throw typeof problem === "string" ? problem : text("The code could not be read. Paste the address instead.");
    } finally {
      isOver = true;
      found.catch(() => undefined);
      reader.end();
      dialog.remove();
    }
  };
})();
