"""Every action of the window, defined once: menus, buttons, palette and shortcut sheet all use it."""
