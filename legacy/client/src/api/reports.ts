/** How the clinic stands today. */
export interface DashboardNumbers {
  readonly today: {
    readonly booked: number
    readonly checkedIn: number
    readonly completed: number
  }
  readonly overdueVaccinations: number
  readonly lowStock: number
  readonly openOrders: number
}

/** Money is a text with two decimals. */
export interface RevenueMonth {
  /** As 2025-05. */
  readonly month: string
  readonly visits: number
  readonly services: string
  readonly treatments: string
  readonly total: string
}

export interface Revenue {
  readonly months: readonly RevenueMonth[]
  readonly total: string
}

export interface VaccineDue {
  readonly vaccine: string
  readonly due: number
  readonly overdue: number
  readonly oldest: string | null
}

export interface VetUsage {
  readonly vetId: number
  readonly vetName: string
  readonly visits: number
  readonly treatments: readonly {
    readonly description: string
    readonly times: number
    readonly quantity: string
  }[]
}

export const reportNames = {
  revenue: 'Revenue',
  usage: 'Work by veterinarian',
  'vaccinations-due': 'Vaccinations due',
} as const

export type ReportName = keyof typeof reportNames

export const formatNames = {
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  pdf: 'PDF',
} as const

export interface Export {
  readonly id: string
  readonly report: ReportName
  readonly format: keyof typeof formatNames
  readonly from: string
  readonly to: string
  readonly size: number
  readonly createdAt: string
}
