/** Style sheets are imported for their effect: the bundler makes one file per page of them. */
declare module '*.css';
