/** Style sheets that are part of the script: esbuild hands them over as text. */
declare module "*.css" {
  const text: string;
  export default text;
}
