"""What window and command line can do: Qt-free, torch-free. The services own the transactions; rows come out frozen."""
