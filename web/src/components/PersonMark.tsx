import styles from './PersonMark.module.css'

const HAN = /\p{Script=Han}/u

/** The last two characters of a Chinese name, the initials of any other. */
export function markOf(name: string): string {
  if (HAN.test(name)) return Array.from(name).slice(-2).join('')
  return name
    .split(/[\s.]+/)
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2)
    .toUpperCase()
}

interface PersonMarkProps {
  name: string
  size?: 'small' | 'medium' | 'large'
}

/** Only an ornament: the full name always stands beside it. */
export function PersonMark({ name, size = 'medium' }: PersonMarkProps) {
  return (
    <span className={styles.mark} data-size={size} aria-hidden>
      {markOf(name)}
    </span>
  )
}
