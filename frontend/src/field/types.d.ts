/** Stylesheets that the build makes. */

declare module "web-forms.css";
