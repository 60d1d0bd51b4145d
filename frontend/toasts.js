// Clones the template of a toast that the layout carries; the toast controller takes it away again.
export function toast(message, tone = "good") {
  const template = document.getElementById(`toast-${tone}`)
  const region = document.getElementById("toasts")
  if (!template || !region) return
  const element = template.content.firstElementChild.cloneNode(true)
  element.querySelector("[data-toast-message]").textContent = message
  region.append(element)
}
