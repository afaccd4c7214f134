import enCommon from './en/common.json'
import enErrors from './en/errors.json'
import enInbox from './en/inbox.json'
import enProfile from './en/profile.json'
import enSignIn from './en/signIn.json'
import enTask from './en/task.json'
import enWords from './en/words.json'
import zhCommon from './zh/common.json'
import zhErrors from './zh/errors.json'
import zhInbox from './zh/inbox.json'
import zhProfile from './zh/profile.json'
import zhSignIn from './zh/signIn.json'
import zhTask from './zh/task.json'
import zhWords from './zh/words.json'

/** Every word on the screen: language -> namespace (one file) -> key. */
export const resources = {
  zh: {
    common: zhCommon,
    signIn: zhSignIn,
    inbox: zhInbox,
    task: zhTask,
    profile: zhProfile,
    words: zhWords,
    errors: zhErrors,
  },
  en: {
    common: enCommon,
    signIn: enSignIn,
    inbox: enInbox,
    task: enTask,
    profile: enProfile,
    words: enWords,
    errors: enErrors,
  },
} as const
