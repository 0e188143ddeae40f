"""What is wrong with a page as it stands in a browser: scripts that list the elements at fault."""

from __future__ import annotations

UNNAMED = """() => [...document.querySelectorAll("input:not([type=hidden]), textarea, button, a")]
    .filter(one => !(one.labels && one.labels.length) && !one.getAttribute("aria-label")
        && !one.textContent.trim()).map(one => one.outerHTML)"""


TWICE = """() => { const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
    return ids.filter((id, n) => ids.indexOf(id) !== n); }"""


LOST = """() => [...document.querySelectorAll("[aria-describedby]")]
    .filter(one => !document.getElementById(one.getAttribute("aria-describedby")))
    .map(one => one.outerHTML)"""


SMALL = """() => [...document.querySelectorAll("button, .button, input:not([type=hidden])")]
    .filter(one => one.offsetParent && !one.matches("[type=radio], [type=checkbox]")
        && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"""


PALE = """() => {
    const parse = text => { const found = text.match(/[\\d.]+/g).map(Number);
        return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 }; };
    const light = rgb => { const [r, g, b] = rgb.map(v => (v /= 255) <= 0.03928
        ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const ground = one => { for (; one; one = one.parentElement) {
        const found = parse(getComputedStyle(one).backgroundColor);
        if (found.alpha > 0) return found.rgb; } return [255, 255, 255]; };
    const pale = [];
    for (const one of document.querySelectorAll("body *")) {
        const own = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !one.offsetParent) continue;
        const [a, b] = [light(parse(getComputedStyle(one).color).rgb), light(ground(one))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) pale.push(`${ratio.toFixed(1)} ${one.outerHTML.slice(0, 90)}`);
    }
    return pale;
}"""


WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
