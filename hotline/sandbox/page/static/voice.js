// The line's voice, with the browser's speech synthesis; and the tones of the keys.

const WORDS_A_SECOND = 2.5;
const LOW = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
const HIGH = { 1: 1209, 4: 1209, 7: 1209, "*": 1209, 2: 1336, 5: 1336, 8: 1336, 0: 1336, 3: 1477, 6: 1477, 9: 1477, "#": 1477 };

const synthesis = window.speechSynthesis;
let saying = 0;
let waiting;
let audio;
let player;

// Some browsers list their voices only when asked a second time.
synthesis?.getVoices();

function hasVoices() {
  return Boolean(synthesis) && synthesis.getVoices().length > 0;
}

function seconds(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length / WORDS_A_SECOND;
}

// Resolves true when all has been said, false when a key cut it short. Without a voice, or with
// the sound off, it takes as long as the words would.
export async function say(parts, aloud) {
  stop();
  const turn = saying;
  for (const part of parts) {
    for (let time = 0; time < part.times && turn === saying; time += 1) {
      await (part.file ? playOne(part, aloud) : sayOne(part, aloud && hasVoices()));
    }
  }
  return turn === saying;
}

function sayOne(part, aloud) {
  return new Promise((done) => {
    const patience = seconds(part.text) * 1000;
    // A voice that never reports its end must not keep the line waiting for ever.
    const timer = setTimeout(done, aloud ? patience * 2.5 + 4000 : patience);
    waiting = { timer, done };
    if (!aloud) return;
    const utterance = new SpeechSynthesisUtterance(part.text);
    utterance.lang = part.language;
    utterance.onend = utterance.onerror = () => {
      clearTimeout(timer);
      done();
    };
    synthesis.speak(utterance);
  });
}

// A recording takes as long as it is, heard or not.
function playOne(part, aloud) {
  return new Promise((done) => {
    const timer = setTimeout(done, part.seconds * 1000 + (aloud ? 4000 : 0));
    waiting = { timer, done };
    if (!aloud) return;
    player = new Audio(part.file);
    const over = () => {
      clearTimeout(timer);
      done();
    };
    player.onended = player.onerror = over;
    player.play().catch(over);
  });
}

export function stop() {
  saying += 1;
  synthesis?.cancel();
  player?.pause();
  if (waiting) {
    clearTimeout(waiting.timer);
    waiting.done();
    waiting = undefined;
  }
}

export function tone(key) {
  beep([LOW[key], HIGH[key]], 0, 0.1);
}

// The busy tone of North America: half a second on, half a second off.
export function busy() {
  for (const at of [0, 1, 2]) beep([480, 620], at, 0.5);
}

function beep(frequencies, after, length) {
  audio ??= new AudioContext();
  const from = audio.currentTime + after;
  const volume = audio.createGain();
  volume.gain.value = 0.06;
  volume.connect(audio.destination);
  for (const frequency of frequencies) {
    const wave = audio.createOscillator();
    wave.frequency.value = frequency;
    wave.connect(volume);
    wave.start(from);
    wave.stop(from + length);
  }
}
