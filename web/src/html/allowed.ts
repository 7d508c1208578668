/**
 * The closed allow-list: what of HTML a mail may keep. Everything not named here is removed. Elements that
 * are removed leave their content behind, except those in `REMOVED_WHOLE`, whose content is code, fallback or
 * another namespace.
 */

const names = (list: string): string[] => list.trim().split(/\s+/);

export const ELEMENTS: readonly string[] = names(`
  html head body
  a abbr acronym address area article aside b bdi bdo big blockquote br caption center cite code col colgroup
  dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img
  ins kbd li main map mark nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup
  table tbody td tfoot th thead time tr tt u ul var wbr
`);

/**
 * Attributes that pass the first wall. `id`, `name`, `usemap`, `href`, `src` and `background` pass it only to be
 * read and rewritten by `cleanElement`; so does `style`, under the name that `holdStyles` gives it.
 */
export const ATTRIBUTES: readonly string[] = names(`
  abbr align alt aria-hidden aria-label background bgcolor border cellpadding cellspacing class clear color
  cols colspan coords datetime dir face frame headers height href hspace id lang name noshade nowrap open
  reversed role rowspan rules scope shape size span src start summary title type usemap valign value
  vspace width
`);

export const REMOVED_WHOLE: readonly string[] = names(`
  applet audio canvas datalist dialog embed frame frameset iframe math noembed noframes noscript object
  option plaintext portal script select style svg template textarea title video xmp
`);

/** ARIA roles a mail may claim: those that describe its text, none that would present it as a control. */
export const ROLES: ReadonlySet<string> = new Set(
  names(
    'article heading img list listitem none paragraph presentation separator table row cell columnheader',
  ),
);
