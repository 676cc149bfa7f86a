"""What stands between a spider and the network: robots.txt, blocks, the outlet's borders."""
