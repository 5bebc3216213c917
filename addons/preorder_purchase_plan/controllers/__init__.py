from . import plan_workbook
