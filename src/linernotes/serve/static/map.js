// The map of the library: dots on a canvas; hover names a song, a click opens it, a line drawn round songs chooses them.
"use strict";

const box = document.querySelector("[data-map]");
if (box) fetch(box.dataset.map).then((reply) => reply.json()).then((found) => show(box, found.dots));

function show(box, dots) {
  const canvas = box.querySelector("canvas"), over = box.querySelector(".over");
  const picked = document.querySelector(".picked"), form = document.getElementById("chosen");
  const ticks = new Map([...form.querySelectorAll('input[name="song"]')].map((tick) => [Number(tick.value), tick]));
  const pen = canvas.getContext("2d");
  let near = null, path = [], drawing = false;
  box.hidden = false;

  const side = () => canvas.clientWidth;
  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(name).trim();
    return { kinds: [...Array(9).keys()].map((kind) => named(`--kind-${kind}`)), ink: named("--ink") };
  };

  function draw() {
    const scale = window.devicePixelRatio || 1, { kinds, ink } = colours();
    canvas.width = canvas.height = Math.round(side() * scale);
    pen.scale(scale, scale);
    const size = Math.max(2, side() / 260) * (dots.length < 300 ? 2 : 1);
    for (const dot of dots) {
      const chosen = ticks.get(dot[0])?.checked;
      pen.globalAlpha = chosen || dot[3] ? 0.85 : 0.5;
      pen.fillStyle = kinds[dot[3]];
      circle(dot, dot === near || chosen ? size * 1.7 : size);
      pen.fill();
      if (dot === near || chosen) {
        pen.strokeStyle = ink;
        pen.lineWidth = dot === near ? 2 : 1;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    if (path.length > 1) {
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.setLineDash([5, 4]);
      pen.beginPath();
      path.forEach(([x, y]) => pen.lineTo(x, y));
      pen.stroke();
      pen.setLineDash([]);
    }
  }

  function circle(dot, size) {
    pen.beginPath();
    pen.arc(dot[1] * side(), dot[2] * side(), size, 0, 2 * Math.PI);
  }

  function at(event) {
    const edge = canvas.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  }

  function nearest([x, y]) {
    let best = null, least = 14 * 14;
    for (const dot of dots) {
      const apart = (dot[1] * side() - x) ** 2 + (dot[2] * side() - y) ** 2;
      if (apart < least) [best, least] = [dot, apart];
    }
    return best;
  }

  function within([x, y]) {
    let inside = false;
    for (let one = 0, other = path.length - 1; one < path.length; other = one++) {
      const [ax, ay] = path[one], [bx, by] = path[other];
      if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  }

  function named(dot) {
    return dot[6] ? `${dot[5]} — ${dot[6]}` : dot[5];
  }

  function tell() {
    const count = [...ticks.values()].filter((tick) => tick.checked).length;
    picked.hidden = false;
    picked.textContent = count === 1 ? "1 song chosen" : `${count} songs chosen`;
  }

  function open(dot) {
    const address = `/song/${dot[0]}`, listener = box.dataset.listener;
    const song = document.createElement("a");
    song.href = listener === "me" ? address : `${address}?listener=${encodeURIComponent(listener)}`;
    song.textContent = named(dot);
    picked.hidden = false;
    picked.replaceChildren(song);
    if (dot[4]) {
      const player = document.createElement("audio");
      player.controls = player.autoplay = true;
      player.src = `${address}/audio`;
      picked.append(player);
    }
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drawing = true;
    path = [at(event)];
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = at(event);
    if (drawing) path.push(place);
    const found = path.length > 4 ? null : nearest(place);
    if (found !== near || drawing) {
      near = found;
      over.textContent = near ? named(near) : "";
      draw();
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    const drawn = path.length > 4;
    if (drawn) {
      for (const dot of dots) {
        const tick = ticks.get(dot[0]);
        if (tick) tick.checked = within([dot[1] * side(), dot[2] * side()]);
      }
      tell();
    } else {
      const dot = nearest(at(event));
      if (dot) open(dot);
    }
    drawing = false;
    path = [];
    draw();
  });
  canvas.addEventListener("pointercancel", () => { drawing = false; path = []; draw(); });
  form.addEventListener("change", (event) => { if (event.target.name === "song") { tell(); draw(); } });
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
}
