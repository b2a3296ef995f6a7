/** The part of preact/hooks that this project uses. */
export interface Ref<T> { current: T }
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((previous: T) => T)) => void];
export function useRef<T = any>(initial?: T | null): Ref<T>;
export function useEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(run: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useMemo<T>(make: () => T, inputs?: readonly unknown[]): T;
export function useCallback<T extends Function>(fn: T, inputs?: readonly unknown[]): T;
export function useId(): string;
export function useErrorBoundary(report?: (error: unknown) => void): [unknown, () => void];
