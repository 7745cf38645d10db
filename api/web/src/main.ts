/** The page: its frame, its two languages, its views. */
import 'element-plus/dist/index.css'
import './page.css'

import { createApp } from 'vue'

import App from './App.vue'
import { i18n, language, useLanguage } from './i18n'
import { router } from './router'

useLanguage(language())
createApp(App).use(i18n).use(router).mount('#page')
