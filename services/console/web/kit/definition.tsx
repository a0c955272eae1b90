import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

let count = 0;

/** A word with its definition: on hover, on focus, on a tap. What is counted, what is not, over how many. */
export function Definition({ words, meaning }: { readonly words: string; readonly meaning: string }) {
  const [open, setOpen] = useState(false);
  const [id] = useState(() => `def-${(count += 1)}`);
  const word = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!open || word.current === null || box.current === null) return;
    const at = word.current.getBoundingClientRect();
    // below whatever the word heads, so that its figure stays in sight
    const headed = word.current.closest('dl > div, h2')?.getBoundingClientRect() ?? at;
    const size = box.current.getBoundingClientRect();
    const left = Math.max(16, Math.min(at.left, innerWidth - size.width - 16));
    const below = headed.bottom + 6 + size.height <= innerHeight;
    box.current.style.setProperty('left', `${left}px`);
    box.current.style.setProperty('top', `${below ? headed.bottom + 6 : at.top - size.height - 6}px`);
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: KeyboardEvent): void => void (event.key === 'Escape' && setOpen(false));
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [open]);
  return (
    <span onMouseEnter={() => setOpen(true)} onMouseLeave={() => setOpen(false)}>
      <button
        type="button"
        class="def"
        ref={word}
        aria-describedby={id}
        aria-expanded={open}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
      >
        {words}
      </button>
      <span id={id} role="tooltip" class={open ? 'def-box' : 'def-box closed'} ref={box}>
        {meaning}
      </span>
    </span>
  );
}
