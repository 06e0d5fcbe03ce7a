/** What an application may say to the preload. Without the preload all of it does nothing. */
export { setSession } from './session.ts';
export { setUser } from './user.ts';
