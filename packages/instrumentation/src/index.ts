/** What an application may say to the preload. Without the preload all of it does nothing. */
export { setUser } from './user.ts';
