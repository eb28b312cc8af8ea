"""Tables read, whatever they come as, and the task found in their target: what choosing and comparing stand on."""

from lossmith.reading.pipeline import features_of
from lossmith.reading.tables import Rows, Table, read
from lossmith.reading.tasks import KINDS, Task, find_task, task_of

__all__ = ["KINDS", "Rows", "Table", "Task", "features_of", "find_task", "read", "task_of"]
