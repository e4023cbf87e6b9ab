"""three_point"""
