from sla.models.clock import Clock, ClockState
from sla.models.set_aside import SetAside
from sla.models.watch import ClockAlarm, Outage, Watch

__all__ = ["Clock", "ClockAlarm", "ClockState", "Outage", "SetAside", "Watch"]
