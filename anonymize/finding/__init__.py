"""Personal data in text: what finds it, one module for each way of finding; the door is `text`."""
