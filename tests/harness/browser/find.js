// Finds what a person would: by what it is and what it is called. Put in front of every question
// that a test asks the page.
const kinds = {
  button: 'button, [role=button], input[type=submit], summary, a[href]',
  field: 'input:not([type=radio], [type=checkbox], [type=file], [type=range]), textarea, select',
  choice: 'input[type=radio], input[type=checkbox]',
  output: 'output',
  named: 'output, fieldset, section, [aria-label], [aria-labelledby]',
  file: 'input[type=file]',
  heading: 'h1, h2, h3',
  alert: '[role=alert]',
  status: '[role=status], output',
  any: '*',
};

const tidy = (text) => (text ?? '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();

const isSeen = (element) => element.checkVisibility({ visibilityProperty: true });

// The accessible name, as far as these pages need it.
const nameOf = (element) => {
  const by = element.getAttribute('aria-labelledby');
  if (by) {
    return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(' '));
  }
  const label = element.getAttribute('aria-label');
  if (label) return tidy(label);
  if (element.labels?.length) {
    return tidy([...element.labels].map((one) => textOf(one)).join(' '));
  }
  if (element.matches(kinds.button)) return textOf(element) || tidy(element.value) || tidy(element.title);
  const legend = element.matches('fieldset') && element.querySelector('legend');
  return legend ? tidy(legend.textContent) : tidy(element.title);
};

// Text without that of controls and of what screen readers skip.
const textOf = (element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll('[aria-hidden=true], input, select, textarea, svg').forEach((one) => one.remove());
  return tidy(copy.textContent);
};

// What an open dialog holds comes first, then what the page is about, then the rest.
const places = () => [
  ...document.querySelectorAll('dialog[open]'),
  ...document.querySelectorAll('main'),
  document.body,
];

const findAll = (kind, name) => {
  for (const place of places()) {
    const found = [...place.querySelectorAll(kinds[kind])].filter(
      // A file field is often hidden behind a nicer button, which only a person can press.
      (element) => (name === null || nameOf(element) === name) && (kind === 'file' || isSeen(element)),
    );
    if (found.length) return found;
  }
  return [];
};

// On the whole page: what is announced stands outside of its main part too.
const textsOf = (kind) => [...document.querySelectorAll(kinds[kind])].filter(isSeen).map((element) => tidy(element.textContent)).filter(Boolean);
