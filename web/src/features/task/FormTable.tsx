import type { Line } from './filledForm'
import { FormValue } from './FormValue'
import styles from './Task.module.css'

export function FormTable({ table }: { table: Extract<Line, { kind: 'rows' }> }) {
  return (
    // Wide tables scroll inside their own frame, which the keyboard can reach.
    <div className={styles.tableFrame} role="region" aria-label={table.label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column.key} scope="col" data-numeric={column.numeric}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column} data-numeric={table.columns[column]?.numeric}>
                  <FormValue value={value} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
