import { Controller } from "@hotwired/stimulus"

// A curve of points over numbers: each point is a handle in the chart and two number inputs, kept alike. Dragged by
// pointer, moved by arrow keys (Shift: ten times as far). Points keep their order. The server draws the first picture;
// what it says of the chart is in values: low, high (the numbers at its edges), step, top and tall (pixels), steps.
export default class extends Controller {
  static targets = ["plot", "line", "handle", "at", "points"]
  static values = { low: Number, high: Number, step: Number, top: Number, tall: Number, steps: Boolean }

  connect() {
    this.draw()
  }

  grab(event) {
    if (event.button > 0) return
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    handle.focus()
    this.held = this.handleTargets.indexOf(handle)
    event.preventDefault()
  }

  drag(event) {
    if (this.held === undefined) return
    const box = this.plotTarget.getBoundingClientRect()
    const across = (event.clientX - box.left) / box.width
    const up = 1 - (event.clientY - box.top - this.topValue) / this.tallValue
    this.move(this.held, this.lowValue + across * (this.highValue - this.lowValue), up * 100)
  }

  drop() {
    this.held = undefined
  }

  press(event) {
    const far = event.shiftKey ? 10 : 1
    const moves = {
      ArrowLeft: [-this.stepValue * far, 0], ArrowRight: [this.stepValue * far, 0],
      ArrowDown: [0, -far], ArrowUp: [0, far], PageDown: [0, -10], PageUp: [0, 10],
    }
    const by = moves[event.key]
    if (!by) return
    event.preventDefault()
    const n = this.handleTargets.indexOf(event.currentTarget)
    this.move(n, this.at(n) + by[0], this.points(n) + by[1])
  }

  move(n, at, points) {
    const step = this.stepValue
    const least = n > 0 ? this.at(n - 1) + step : -Infinity
    const most = n < this.atTargets.length - 1 ? this.at(n + 1) - step : Infinity
    const inside = Math.min(Math.max(at, this.lowValue), this.highValue)
    const stepped = Math.round(inside / step) * step
    // Where two neighbours leave no step between them, only its height moves.
    if (least <= most) this.atTargets[n].value = Number(Math.min(Math.max(stepped, least), most).toPrecision(6))
    this.pointsTargets[n].value = Math.min(Math.max(Math.round(points), 0), 100)
    this.draw()
  }

  // What is typed into the inputs counts as well.
  draw() {
    if (!this.hasPlotTarget) return
    const width = this.highValue - this.lowValue
    const placed = this.atTargets.map((_, n) => [((this.at(n) - this.lowValue) / width) * 100, 100 - this.points(n)])
    if (!placed.length || placed.flat().some(Number.isNaN)) return
    const corners = [[Math.min(0, placed[0][0]), placed[0][1]]]
    placed.forEach(([x, y], n) => {
      if (this.stepsValue && n) corners.push([x, placed[n - 1][1]])
      corners.push([x, y])
    })
    corners.push([Math.max(100, placed.at(-1)[0]), placed.at(-1)[1]])
    this.lineTarget.setAttribute("d", "M" + corners.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L"))
    this.handleTargets.forEach((handle, n) => {
      const [x, y] = placed[n]
      for (const circle of handle.querySelectorAll("circle")) {
        circle.setAttribute("cx", `${Math.min(Math.max(x, 0), 100).toFixed(2)}%`)
        circle.setAttribute("cy", (this.topValue + (y / 100) * this.tallValue).toFixed(1))
      }
      handle.setAttribute("aria-valuenow", this.points(n))
      handle.setAttribute("aria-valuetext", `${this.at(n)} gives ${this.points(n)} points`)
    })
  }

  at(n) {
    return parseFloat(this.atTargets[n].value)
  }

  points(n) {
    return parseFloat(this.pointsTargets[n].value)
  }
}
