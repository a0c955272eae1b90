import { useEffect, useRef, useState } from 'preact/hooks';

const FRESH_MS = 8_000;

/** true for eight seconds after the value has changed; not when it is seen for the first time. */
export function useFresh(value: unknown): boolean {
  const text = JSON.stringify(value);
  const before = useRef(text);
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (before.current === text) return undefined;
    const first = before.current === undefined;
    before.current = text;
    if (first) return undefined;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), FRESH_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return fresh;
}
