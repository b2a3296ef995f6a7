/** The part of Preact that this project uses, typed loosely: htm's templates carry no prop types. */
export type VNode = object;
export function h(type: any, props?: any, ...children: any[]): VNode;
export function render(vnode: any, parent: Element): void;
export function createPortal(vnode: any, parent: Element): VNode;
export const Fragment: any;
