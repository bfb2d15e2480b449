import { authMethods } from './auth.ts';
import { chatMethods } from './chat.ts';
import { conversationReadMethods } from './conversations-read.ts';
import { conversationWriteMethods } from './conversations-write.ts';
import { fileMethods } from './files.ts';
import { markMethods } from './marks.ts';
import type { Method } from './method.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

/** Every Web API method of this workspace; anything else is `unknown_method`. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [authMethods, conversationReadMethods, conversationWriteMethods, chatMethods, viewMethods, userMethods, markMethods, fileMethods].flatMap(
    (family) => Object.entries(family),
  ),
);
