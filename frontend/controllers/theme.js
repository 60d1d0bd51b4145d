import { Controller } from "@hotwired/stimulus"

// Light, dark or the system's choice: kept in a cookie, so that the server sends the right page at once.
// <div data-controller="theme"><button data-action="theme#choose" data-theme-name-param="dark" aria-pressed=…>
export default class extends Controller {
  choose({ params: { name } }) {
    this.apply(name)
  }

  toggle() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
    const now = document.documentElement.dataset.theme || (dark ? "dark" : "light")
    this.apply(now === "dark" ? "light" : "dark")
  }

  apply(name) {
    const secure = location.protocol === "https:" ? "; Secure" : ""
    document.cookie = `theme=${name}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
    document.documentElement.dataset.theme = name
    for (const button of document.querySelectorAll("[data-theme-name-param]"))
      button.setAttribute("aria-pressed", String(button.dataset.themeNameParam === name))
  }
}
