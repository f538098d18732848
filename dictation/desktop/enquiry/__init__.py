"""Windows that tell of the program itself: what works on this machine, and what it is made of."""

from dictation.desktop.enquiry.enquiry import Enquiry

__all__ = ["Enquiry"]
